package dev.backstay.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.OpenSSHPrivateKeyUtil;
import org.bouncycastle.crypto.util.OpenSSHPublicKeyUtil;

/**
 * An Ed25519 key pair in OpenSSH's formats.
 *
 * @param privateFile the content of the private key file
 * @param publicLine type and key, without comment and line end
 */
record SshKeys(String privateFile, String publicLine) {
  static SshKeys generate(SecureRandom random) {
    var key = new Ed25519PrivateKeyParameters(random);
    try {
      String body =
          Base64.getMimeEncoder(70, new byte[] {'\n'})
              .encodeToString(OpenSSHPrivateKeyUtil.encodePrivateKey(key));
      String line =
          "ssh-ed25519 "
              + Base64.getEncoder()
                  .encodeToString(OpenSSHPublicKeyUtil.encodePublicKey(key.generatePublicKey()));
      return new SshKeys(
          "-----BEGIN OPENSSH PRIVATE KEY-----\n" + body + "\n-----END OPENSSH PRIVATE KEY-----\n",
          line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "SshKeys[" + publicLine + "]";
  }
}
