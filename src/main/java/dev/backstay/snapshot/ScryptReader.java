package dev.backstay.snapshot;

import com.exceptionfactory.jagged.FileKey;
import com.exceptionfactory.jagged.RecipientStanza;
import com.exceptionfactory.jagged.RecipientStanzaReader;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;

/**
 * Opens what {@code age -p} wrote. Every refusal is a problem of its own, said in words: this is
 * where a person has just typed something.
 *
 * @param where for messages
 * @param memory that this process may use, in bytes
 */
record ScryptReader(Passphrase passphrase, String where, long memory)
    implements RecipientStanzaReader {
  private static final Pattern WORK_FACTOR = Pattern.compile("[1-9][0-9]?");
  // For everything that is not scrypt's own table.
  private static final long OTHER_MEMORY = 64L << 20;

  /**
   * @throws dev.backstay.problem.ProblemException {@code passphrase-wrong}, {@code
   *     passphrase-costly}, {@code identity-unreadable}
   */
  @Override
  public FileKey getFileKey(Iterable<RecipientStanza> stanzas) throws GeneralSecurityException {
    RecipientStanza only = only(stanzas);
    Scrypt scrypt = parameters(only.getArguments());
    byte[] body = only.getBody();
    if (body.length != Scrypt.BODY_BYTES) {
      throw malformed();
    }
    if (scrypt.memory() + OTHER_MEMORY > memory) {
      throw VaultProblems.passphraseNeedsMemory(where, scrypt.memory(), memory);
    }
    try {
      // The file key takes the array over, and jagged wipes it.
      return new FileKey(scrypt.unwrap(body, passphrase));
    } catch (AEADBadTagException other) {
      throw VaultProblems.passphraseWrong(where);
    }
  }

  /**
   * The specification: a passphrase stands alone, so that who can decrypt also is who encrypted.
   */
  private RecipientStanza only(Iterable<RecipientStanza> stanzas) {
    Iterator<RecipientStanza> all = stanzas.iterator();
    RecipientStanza first = all.next();
    if (!first.getType().equals(Scrypt.TYPE)) {
      throw VaultProblems.identityUnreadable(
          where, "this file is encrypted for a key and not with a passphrase");
    }
    if (all.hasNext()) {
      throw VaultProblems.identityUnreadable(
          where, "a passphrase is not the only recipient of this file, which age forbids");
    }
    return first;
  }

  private Scrypt parameters(List<String> arguments) {
    if (arguments.size() != 2 || !WORK_FACTOR.matcher(arguments.get(1)).matches()) {
      throw malformed();
    }
    int logN = Integer.parseInt(arguments.get(1));
    if (logN > Scrypt.MOST_LOG_N) {
      throw VaultProblems.passphraseCostly(where, logN, Scrypt.MOST_LOG_N);
    }
    return new Scrypt(salt(arguments.get(0)), logN);
  }

  private byte[] salt(String text) {
    try {
      byte[] salt = Base64.getDecoder().decode(text);
      // Canonical: without padding, and no other text means the same bytes.
      boolean canonical = Base64.getEncoder().withoutPadding().encodeToString(salt).equals(text);
      if (salt.length == Scrypt.SALT_BYTES && canonical) {
        return salt;
      }
    } catch (IllegalArgumentException notBase64) {
      // Said below.
    }
    throw malformed();
  }

  private dev.backstay.problem.ProblemException malformed() {
    return VaultProblems.identityUnreadable(where, "its age header is malformed");
  }
}
