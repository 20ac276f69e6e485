package donations

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"dure/registry"
)

// ProofSeal seals what proves a giver's standing. Its key is derived from DURE_SECRETS_KEY and opens nothing else; the zero
// value seals nothing.
type ProofSeal struct{ aead cipher.AEAD }

// errNoSeal tells that no key is set.
var errNoSeal = errors.New("copies are sealed before they are stored: set DURE_SECRETS_KEY")

// NewProofSeal takes DURE_SECRETS_KEY: 64 hexadecimal characters, or empty for a seal that is not Ready.
func NewProofSeal(secretsKey string) (ProofSeal, error) {
	if secretsKey == "" {
		return ProofSeal{}, nil
	}
	master, err := hex.DecodeString(secretsKey)
	if err != nil || len(master) != 32 {
		return ProofSeal{}, errors.New("DURE_SECRETS_KEY is 64 hexadecimal characters: make one with openssl rand -hex 32")
	}
	key, err := hkdf.Key(sha256.New, master, nil, "dure: proofs of standing, 1", 32)
	if err != nil {
		return ProofSeal{}, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return ProofSeal{}, err
	}
	aead, err := cipher.NewGCM(block)
	return ProofSeal{aead}, err
}

// ProofSeal gives the seal of this installation's key.
func (a *Accounts) ProofSeal() ProofSeal {
	s, _ := NewProofSeal(a.keys.SecretsKey) // NewAccounts refused a key that is none
	return s
}

// Ready tells whether there is a key, so that copies can be taken.
func (s ProofSeal) Ready() bool { return s.aead != nil }

// Parts of a proof, each sealed for itself: neither opens in the place of the other.
const (
	partCopy   = "copy"
	partNumber = "number"
)

// Close seals a part of the proof of a committee's gift, with a nonce of its own.
func (s ProofSeal) Close(committee registry.CommitteeID, gift GiftID, part string, plain []byte) ([]byte, error) {
	if !s.Ready() {
		return nil, errNoSeal
	}
	nonce := make([]byte, s.aead.NonceSize())
	rand.Read(nonce)
	return s.aead.Seal(nonce, nonce, plain, sealedFor(committee, gift, part)), nil
}

// Open gives what was sealed. What was sealed for another committee, gift or part, or under another key, is refused.
func (s ProofSeal) Open(committee registry.CommitteeID, gift GiftID, part string, sealed []byte) ([]byte, error) {
	if !s.Ready() {
		return nil, errNoSeal
	}
	n := s.aead.NonceSize()
	if len(sealed) < n {
		return nil, fmt.Errorf("the %s that proves gift %s is not whole", part, gift)
	}
	plain, err := s.aead.Open(nil, sealed[:n], sealed[n:], sealedFor(committee, gift, part))
	if err != nil {
		return nil, fmt.Errorf("the %s that proves gift %s was changed, or sealed with another DURE_SECRETS_KEY", part, gift)
	}
	return plain, nil
}

func sealedFor(committee registry.CommitteeID, gift GiftID, part string) []byte {
	return []byte(string(committee) + "\x00" + string(gift) + "\x00" + part)
}
