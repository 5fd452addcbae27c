package dev.backstay.hsm;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.AuthProvider;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.security.auth.login.LoginException;

/**
 * An AES key on a token: encrypts and decrypts there (AES-GCM). Logged in until closed. Not safe
 * for use by several threads.
 */
public final class TokenKey implements AutoCloseable {
  private static final String AES = "AES";
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final Pattern RETURNED = Pattern.compile("CKR_[A-Z0-9_]+");

  private final TokenUri uri;
  private final Provider provider;
  private final SecretKey key;
  private final SecureRandom random;

  private TokenKey(TokenUri uri, Provider provider, SecretKey key, SecureRandom random) {
    this.uri = uri;
    this.provider = provider;
    this.key = key;
    this.random = random;
  }

  /**
   * Logs in to the token and finds the key.
   *
   * @param pin asked for once the token is found, and wiped when this returns
   * @param random for nonces
   * @throws ProblemException {@code token-module-missing}, {@code token-missing}, {@code
   *     token-ambiguous}, {@code token-pin-wrong}, {@code token-pin-locked}, {@code
   *     token-key-missing}, {@code token-key-extractable}, {@code token-failed}
   */
  public static TokenKey open(TokenUri uri, Supplier<char[]> pin, SecureRandom random) {
    long slot = TokenSlots.find(uri);
    char[] asked = pin.get();
    try {
      Provider provider = provider(uri.module(), slot);
      return new TokenKey(uri, provider, key(uri, provider, asked), random);
    } catch (ProviderException | GeneralSecurityException | IOException failed) {
      throw problem(uri, failed);
    } finally {
      Arrays.fill(asked, '\0');
    }
  }

  private static Provider provider(Path module, long slot) {
    // Two dashes: what follows is the configuration itself and not the name of a file of it.
    String configuration = "--name=Backstay\nlibrary=\"%s\"\nslot=%d\n".formatted(module, slot);
    return Objects.requireNonNull(Security.getProvider("SunPKCS11"), "this Java has no SunPKCS11")
        .configure(configuration);
  }

  private static SecretKey key(TokenUri uri, Provider provider, char[] pin)
      throws GeneralSecurityException, IOException {
    KeyStore keys = KeyStore.getInstance("PKCS11", provider);
    keys.load(null, pin);
    Key found = keys.getKey(uri.object(), null);
    if (!(found instanceof SecretKey key) || !key.getAlgorithm().equals(AES)) {
      throw TokenProblems.keyMissing(uri.tokenWords(), uri.object());
    }
    if (key.getEncoded() != null) {
      throw TokenProblems.keyExtractable(uri.tokenWords(), uri.object());
    }
    return key;
  }

  /**
   * @param bound authenticated, and not part of the result
   * @return nonce, ciphertext and tag
   * @throws ProblemException {@code token-failed}
   */
  public byte[] encrypt(byte[] plain, byte[] bound) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, bound).doFinal(plain);
      return ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
    } catch (ProviderException | GeneralSecurityException failed) {
      throw problem(uri, failed);
    }
  }

  /**
   * @return the caller wipes it
   * @throws ProblemException {@code token-key-other}, {@code token-failed}
   */
  public byte[] decrypt(byte[] sealed, byte[] bound) {
    if (sealed.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
      throw TokenProblems.keyOther(uri.tokenWords());
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, NONCE_BYTES), bound)
          .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
    } catch (AEADBadTagException other) {
      throw TokenProblems.keyOther(uri.tokenWords());
    } catch (ProviderException | GeneralSecurityException failed) {
      throw switch (returned(failed).orElse("")) {
        // What modules say of a tag that does not fit: SoftHSM the first, others the second.
        case "CKR_GENERAL_ERROR", "CKR_ENCRYPTED_DATA_INVALID" ->
            TokenProblems.keyOther(uri.tokenWords());
        default -> problem(uri, failed);
      };
    }
  }

  private Cipher cipher(int mode, byte[] nonce, byte[] bound) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER, provider);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(bound);
    return cipher;
  }

  static ProblemException problem(TokenUri uri, Exception failed) {
    String token = uri.tokenWords();
    return switch (returned(failed).orElse("")) {
      case "CKR_PIN_INCORRECT", "CKR_PIN_INVALID", "CKR_PIN_LEN_RANGE" ->
          TokenProblems.pinWrong(token);
      case "CKR_PIN_LOCKED" -> TokenProblems.pinLocked(token);
      case "" -> TokenProblems.failed(token, failed.getClass().getSimpleName());
      case String word -> TokenProblems.failed(token, word);
    };
  }

  /** PKCS#11's own word for what went wrong, from wherever the provider has put it. */
  private static Optional<String> returned(Throwable failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      Matcher word = RETURNED.matcher(Objects.requireNonNullElse(cause.getMessage(), ""));
      if (word.find()) {
        return Optional.of(word.group());
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    try {
      ((AuthProvider) provider).logout();
    } catch (LoginException alreadyOut) {
      // The token ends the session with the process at the latest.
    }
  }

  @Override
  public String toString() {
    return "***";
  }
}
