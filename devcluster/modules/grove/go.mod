module dynamo-operator.local/devcluster/grove

go 1.25.0

require github.com/NVIDIA/grove/operator/api v0.1.0-alpha.3
