# The image of the operator; see docs/building.md. Both base images can be held to a digest:
#   docker build --build-arg DENO_DIGEST=sha256:… --build-arg BASE_DIGEST=sha256:… -t dynamo-operator:0.1.0 .
ARG DENO_VERSION=2.9.6
ARG DENO_DIGEST
ARG BASE_DIGEST

# Compiles on the machine's own platform for the one that is asked for.
FROM --platform=${BUILDPLATFORM} denoland/deno:${DENO_VERSION}${DENO_DIGEST:+@${DENO_DIGEST}} AS build
ARG TARGETARCH
WORKDIR /source
COPY . .
RUN case "${TARGETARCH}" in \
      amd64) target=x86_64-unknown-linux-gnu ;; \
      arm64) target=aarch64-unknown-linux-gnu ;; \
      *) echo "There is no binary for \"${TARGETARCH}\"" >&2; exit 1 ;; \
    esac \
    && deno task compile --target "${target}" --out /out \
    && mv /out/dynamo-operator-*-"${target}" /out/dynamo-operator \
    && mv /out/dynamo-operator-*.cdx.json /out/dynamo-operator.cdx.json

# The C library and certificates, but no shell and no package manager.
FROM gcr.io/distroless/cc-debian12:nonroot${BASE_DIGEST:+@${BASE_DIGEST}}
LABEL org.opencontainers.image.title="dynamo-operator" \
      org.opencontainers.image.description="Runs Dynamo inference graphs on Kubernetes" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.base.name="gcr.io/distroless/cc-debian12:nonroot"
# Buffers of the runtime go back to the system when they are freed.
ENV MALLOC_MMAP_THRESHOLD_=65536 \
    MALLOC_TRIM_THRESHOLD_=131072
COPY --from=build /out/dynamo-operator /usr/local/bin/dynamo-operator
COPY --from=build /out/dynamo-operator.cdx.json /usr/share/sbom/dynamo-operator.cdx.json
# Numeric, so that Kubernetes can tell that it is not root.
USER 65532:65532
EXPOSE 8080 8081
ENTRYPOINT ["/usr/local/bin/dynamo-operator"]
