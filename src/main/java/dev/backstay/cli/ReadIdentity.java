package dev.backstay.cli;

import dev.backstay.hsm.TokenKey;
import dev.backstay.hsm.TokenPin;
import dev.backstay.hsm.TokenUri;
import dev.backstay.process.Descriptor;
import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.IdentityText;
import dev.backstay.snapshot.Passphrase;
import dev.backstay.snapshot.SecretBytes;
import dev.backstay.snapshot.WrappedIdentity;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/** Fetches an identity from wherever it is, and asks for what opens it. */
record ReadIdentity(WorkingDirectory here, Surroundings surroundings, AskSecret secrets) {
  static ReadIdentity in(Main backstay) {
    return new ReadIdentity(
        backstay.here(), backstay.surroundings(), new AskSecret(backstay.surroundings()));
  }

  Identity identity(IdentitySource source) {
    try (IdentityText text = text(source)) {
      return text.identity();
    }
  }

  /** Unlocked; the caller closes it. */
  IdentityText text(IdentitySource source) {
    IdentityText text = asItIs(source);
    if (!text.isLocked()) {
      return text;
    }
    try (text;
        Passphrase passphrase = secrets.passphrase(question(source))) {
      return text.unlock(passphrase);
    }
  }

  private IdentityText asItIs(IdentitySource source) {
    return switch (source) {
      case IdentitySource.InFile(var file) -> IdentityText.read(here.path().resolve(file));
      case IdentitySource.Prompt() ->
          IdentityText.of(bytes(secrets.ask("Secret key (AGE-SECRET-KEY-…)")), "what was typed");
      case IdentitySource.OfPassphrase(var name) -> Wiring.vault(here).passphraseIdentity(name);
      case IdentitySource.InDescriptor(var number) ->
          IdentityText.of(
              SecretBytes.owning(new Descriptor(number).readAll(IdentityText.LONGEST)),
              "file descriptor " + number);
      case IdentitySource.Credential(var name) ->
          IdentityText.of(
              SecretBytes.owning(
                  new SystemdCredential(surroundings.environment())
                      .read(name, IdentityText.LONGEST)),
              name);
      case IdentitySource.OnToken(var uri) -> unwrapped(uri);
    };
  }

  private IdentityText unwrapped(TokenUri uri) {
    WrappedIdentity.requireFile(here.wrappedIdentity());
    try (TokenKey key = key(uri)) {
      return WrappedIdentity.read(here.wrappedIdentity(), wrapping(key));
    }
  }

  /** Logs in to the token. */
  TokenKey key(TokenUri uri) {
    return TokenKey.open(
        uri,
        () ->
            uri.pinFile()
                .map(TokenPin::read)
                .orElseGet(() -> secrets.ask("PIN of the token, " + uri.tokenWords())),
        new SecureRandom());
  }

  static WrappedIdentity.Key wrapping(TokenKey key) {
    return new WrappedIdentity.Key() {
      @Override
      public byte[] encrypt(byte[] plain, byte[] bound) {
        return key.encrypt(plain, bound);
      }

      @Override
      public byte[] decrypt(byte[] sealed, byte[] bound) {
        return key.decrypt(sealed, bound);
      }
    };
  }

  private static String question(IdentitySource source) {
    return switch (source) {
      case IdentitySource.InFile(var file) -> "Passphrase of " + file;
      case IdentitySource.OfPassphrase(var name) -> "Passphrase of " + name;
      case IdentitySource.Prompt(),
          IdentitySource.InDescriptor(_),
          IdentitySource.Credential(_),
          IdentitySource.OnToken(_) ->
          "Passphrase of the identity";
    };
  }

  private static SecretBytes bytes(char[] typed) {
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    Arrays.fill(encoded.array(), (byte) 0);
    Arrays.fill(typed, '\0');
    return SecretBytes.owning(bytes);
  }
}
