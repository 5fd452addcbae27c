package dev.backstay.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.util.OpenSSHPrivateKeyUtil;
import org.bouncycastle.crypto.util.OpenSSHPublicKeyUtil;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/** The controller's Ed25519 key for commits, in a file that {@code ssh-keygen} reads as well. */
final class SigningKey {
  private static final String PEM_TYPE = "OPENSSH PRIVATE KEY";

  private final Ed25519PrivateKeyParameters key;

  private SigningKey(Ed25519PrivateKeyParameters key) {
    this.key = key;
  }

  static SigningKey create(Path file, SecureRandom random) throws IOException {
    Ed25519PrivateKeyParameters key = new Ed25519PrivateKeyParameters(random);
    byte[] der = OpenSSHPrivateKeyUtil.encodePrivateKey(key);
    ByteArrayOutputStream pem = new ByteArrayOutputStream();
    try (PemWriter writer = new PemWriter(new OutputStreamWriter(pem, StandardCharsets.US_ASCII))) {
      writer.writeObject(new PemObject(PEM_TYPE, der));
    }
    byte[] text = pem.toByteArray();
    PrivateFile.create(file, text);
    Arrays.fill(der, (byte) 0);
    Arrays.fill(text, (byte) 0);
    return new SigningKey(key);
  }

  /**
   * @throws dev.backstay.problem.ProblemException {@code signing-key-unreadable}
   */
  static SigningKey read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw VaultProblems.signingKeyUnreadable(file, "the vault's signing key is missing");
    }
    try (PemReader reader = new PemReader(new StringReader(Files.readString(file)))) {
      PemObject pem = reader.readPemObject();
      if (pem != null
          && pem.getType().equals(PEM_TYPE)
          && OpenSSHPrivateKeyUtil.parsePrivateKeyBlob(pem.getContent())
              instanceof Ed25519PrivateKeyParameters key) {
        return new SigningKey(key);
      }
    } catch (RuntimeException malformed) {
      // Falls through: what is wrong inside a private key is said to nobody.
    }
    throw VaultProblems.signingKeyUnreadable(
        file, "this is not an Ed25519 key in OpenSSH's format without a passphrase");
  }

  /** In the wire format of SSH. */
  byte[] publicKey() throws IOException {
    return OpenSSHPublicKeyUtil.encodePublicKey(key.generatePublicKey());
  }

  /** As OpenSSH writes it: {@code ssh-ed25519 AAAA…}. */
  String publicLine() throws IOException {
    return SshSignature.KEY_TYPE + " " + Base64.getEncoder().encodeToString(publicKey());
  }

  /** Git's SSH signature of a commit's bytes, armoured. */
  String sign(byte[] commit) throws IOException {
    byte[] signed = SshSignature.signedData(commit);
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, key);
    signer.update(signed, 0, signed.length);
    return new SshSignature(publicKey(), signer.generateSignature()).armoured();
  }

  @Override
  public String toString() {
    return "***";
  }
}
