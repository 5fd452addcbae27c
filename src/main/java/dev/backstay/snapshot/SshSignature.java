package dev.backstay.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.util.OpenSSHPublicKeyUtil;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * An Ed25519 signature as {@code ssh-keygen -Y sign -n git} makes it. Format: PROTOCOL.sshsig of
 * OpenSSH; how Git uses it: gpg-interface.c.
 *
 * @param publicKey in SSH's wire format
 * @param signature 64 bytes
 */
record SshSignature(byte[] publicKey, byte[] signature) {
  static final String KEY_TYPE = "ssh-ed25519";

  private static final String PEM_TYPE = "SSH SIGNATURE";
  private static final byte[] MAGIC = ascii("SSHSIG");
  private static final int VERSION = 1;
  private static final byte[] NAMESPACE = ascii("git");
  private static final byte[] RESERVED = new byte[0];
  private static final byte[] HASH = ascii("sha512");

  /** What is really signed: the hash of the message, bound to its use. */
  static byte[] signedData(byte[] message) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(MAGIC);
    string(out, NAMESPACE);
    string(out, RESERVED);
    string(out, HASH);
    string(out, sha512(message));
    return bytes.toByteArray();
  }

  String armoured() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(MAGIC);
    out.writeInt(VERSION);
    string(out, publicKey);
    string(out, NAMESPACE);
    string(out, RESERVED);
    string(out, HASH);
    ByteArrayOutputStream inner = new ByteArrayOutputStream();
    DataOutputStream innerOut = new DataOutputStream(inner);
    string(innerOut, ascii(KEY_TYPE));
    string(innerOut, signature);
    string(out, inner.toByteArray());
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(PEM_TYPE, bytes.toByteArray()));
    }
    return text.toString().strip();
  }

  /** Empty for whatever is not exactly the form that {@link #armoured} writes. */
  static Optional<SshSignature> parse(String armoured) {
    try (PemReader reader = new PemReader(new StringReader(armoured))) {
      PemObject pem = reader.readPemObject();
      if (pem == null || !pem.getType().equals(PEM_TYPE)) {
        return Optional.empty();
      }
      return parse(ByteBuffer.wrap(pem.getContent()));
    } catch (IOException | RuntimeException malformed) {
      return Optional.empty();
    }
  }

  private static Optional<SshSignature> parse(ByteBuffer in) {
    byte[] magic = new byte[MAGIC.length];
    in.get(magic);
    boolean known = Arrays.equals(magic, MAGIC) && in.getInt() == VERSION;
    byte[] publicKey = string(in);
    known &= Arrays.equals(string(in), NAMESPACE);
    known &= Arrays.equals(string(in), RESERVED);
    known &= Arrays.equals(string(in), HASH);
    ByteBuffer inner = ByteBuffer.wrap(string(in));
    known &= Arrays.equals(string(inner), ascii(KEY_TYPE));
    byte[] signature = string(inner);
    known &= !inner.hasRemaining() && !in.hasRemaining();
    return known ? Optional.of(new SshSignature(publicKey, signature)) : Optional.empty();
  }

  boolean verifies(byte[] message) throws IOException {
    if (!(OpenSSHPublicKeyUtil.parsePublicKey(publicKey)
        instanceof Ed25519PublicKeyParameters key)) {
      return false;
    }
    byte[] signed = signedData(message);
    Ed25519Signer verifier = new Ed25519Signer();
    verifier.init(false, key);
    verifier.update(signed, 0, signed.length);
    return verifier.verifySignature(signature);
  }

  private static void string(DataOutputStream out, byte[] value) throws IOException {
    out.writeInt(value.length);
    out.write(value);
  }

  private static byte[] string(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] value = new byte[length];
    in.get(value);
    return value;
  }

  private static byte[] sha512(byte[] message) {
    try {
      return MessageDigest.getInstance("SHA-512").digest(message);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-512", impossible);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
