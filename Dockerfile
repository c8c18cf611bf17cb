# Image of the operator; see docs/building.md. Build arguments can pin both base images to a digest:
#   docker build --build-arg DENO_DIGEST=sha256:… --build-arg BASE_DIGEST=sha256:… -t dynamo-operator:0.1.0 .
ARG DENO_VERSION=2.9.6
ARG DENO_DIGEST
ARG BASE_DIGEST

# This stage runs on the platform of the build machine and compiles for the target platform.
FROM --platform=${BUILDPLATFORM} denoland/deno:${DENO_VERSION}${DENO_DIGEST:+@${DENO_DIGEST}} AS build
ARG TARGETARCH
WORKDIR /source
COPY . .
RUN case "${TARGETARCH}" in \
      amd64) target=x86_64-unknown-linux-gnu ;; \
      arm64) target=aarch64-unknown-linux-gnu ;; \
      *) echo "Cannot compile for \"${TARGETARCH}\": give amd64 or arm64" >&2; exit 1 ;; \
    esac \
    && deno task compile --target "${target}" --out /out \
    && mv /out/dynamo-operator-*-"${target}" /out/dynamo-operator \
    && mv /out/dynamo-operator-*.cdx.json /out/dynamo-operator.cdx.json

# This base image contains the C library and CA certificates, and neither a shell nor a package manager.
FROM gcr.io/distroless/cc-debian12:nonroot${BASE_DIGEST:+@${BASE_DIGEST}}
LABEL org.opencontainers.image.title="dynamo-operator" \
      org.opencontainers.image.description="Runs Dynamo inference graphs on Kubernetes" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.base.name="gcr.io/distroless/cc-debian12:nonroot"
# With these thresholds, in bytes, glibc returns freed buffers to the kernel early. DENO_USE_CGROUPS limits the heap
# to half of the container's memory limit.
ENV MALLOC_MMAP_THRESHOLD_=65536 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    DENO_USE_CGROUPS=1
COPY --from=build /out/dynamo-operator /usr/local/bin/dynamo-operator
COPY --from=build /out/dynamo-operator.cdx.json /usr/share/sbom/dynamo-operator.cdx.json
# The kubelet can verify runAsNonRoot only if the user is numeric.
USER 65532:65532
EXPOSE 8080 8081
ENTRYPOINT ["/usr/local/bin/dynamo-operator"]
