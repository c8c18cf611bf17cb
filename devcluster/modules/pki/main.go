// Command pki creates the certificates and keys of one temporary control plane: a certificate
// authority, the serving certificate of the API server, a client certificate for each client, and the
// key pair that signs ServiceAccount tokens.
//
//	pki DIR < request.json
//
// Neither Deno nor Node can sign an X.509 certificate. The standard library of Go can, and the control
// plane needs a Go toolchain anyway. The private key of the authority is not written to disk, because no
// certificate is signed later.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

type request struct {
	// Names and addresses of the API server.
	ServerNames     []string `json:"serverNames"`
	ServerAddresses []net.IP `json:"serverAddresses"`
	Clients         []client `json:"clients"`
}

// A client certificate in <file>.crt and <file>.key. The API server reads the user from its common name
// and the groups from its organisations.
type client struct {
	File   string   `json:"file"`
	User   string   `json:"user"`
	Groups []string `json:"groups"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "Cannot create certificates:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("usage: pki DIR < request.json")
	}
	dir := os.Args[1]
	var req request
	if err := json.NewDecoder(os.Stdin).Decode(&req); err != nil {
		return err
	}

	ca, caKey, err := newAuthority(dir)
	if err != nil {
		return err
	}
	err = issue(dir, "kube-apiserver", ca, caKey, &x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		DNSNames:    req.ServerNames,
		IPAddresses: req.ServerAddresses,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	if err != nil {
		return err
	}
	for _, c := range req.Clients {
		err := issue(dir, c.File, ca, caKey, &x509.Certificate{
			Subject:     pkix.Name{CommonName: c.User, Organization: c.Groups},
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		})
		if err != nil {
			return err
		}
	}
	return newTokenKeys(dir)
}

func newAuthority(dir string) (*x509.Certificate, crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "devcluster-ca"},
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	ca, err := sign(template, template, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	return ca, key, writePEM(dir, "ca.crt", "CERTIFICATE", ca.Raw)
}

func issue(dir, file string, ca *x509.Certificate, caKey crypto.Signer, template *x509.Certificate) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	cert, err := sign(template, ca, key.Public(), caKey)
	if err != nil {
		return err
	}
	if err := writePEM(dir, file+".crt", "CERTIFICATE", cert.Raw); err != nil {
		return err
	}
	return writeKey(dir, file+".key", key)
}

// sign completes the template and signs it. Certificates are valid since five minutes ago, so that they
// stay valid if the clock is set back a little.
func sign(template, parent *x509.Certificate, public crypto.PublicKey, key crypto.Signer) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	template.NotBefore = time.Now().Add(-5 * time.Minute)
	template.NotAfter = time.Now().AddDate(1, 0, 0)
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func newTokenKeys(dir string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	if err := writeKey(dir, "service-account.key", key); err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return err
	}
	return writePEM(dir, "service-account.pub", "PUBLIC KEY", public)
}

func writeKey(dir, name string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return writePEM(dir, name, "PRIVATE KEY", der)
}

func writePEM(dir, name, kind string, der []byte) error {
	text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	return os.WriteFile(filepath.Join(dir, name), text, 0o600)
}
