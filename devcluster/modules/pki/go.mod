module dynamo-operator.local/devcluster/pki

go 1.25.0
