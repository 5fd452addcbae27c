package dev.backstay.snapshot;

import com.exceptionfactory.jagged.FileKey;
import com.exceptionfactory.jagged.RecipientStanza;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Addresses an age file to a passphrase, as {@code age -p} does; nobody else may be beside it. */
record ScryptWriter(Passphrase passphrase, int logN, SecureRandom random)
    implements RecipientStanzaWriter {
  @Override
  public Iterable<RecipientStanza> getRecipientStanzas(FileKey fileKey)
      throws GeneralSecurityException {
    byte[] salt = new byte[Scrypt.SALT_BYTES];
    random.nextBytes(salt);
    byte[] key = fileKey.getEncoded();
    try {
      byte[] body = new Scrypt(salt, logN).wrap(key, passphrase);
      String text = Base64.getEncoder().withoutPadding().encodeToString(salt);
      return List.of(new Stanza(List.of(text, Integer.toString(logN)), body));
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private record Stanza(List<String> arguments, byte[] body) implements RecipientStanza {
    @Override
    public String getType() {
      return Scrypt.TYPE;
    }

    @Override
    public List<String> getArguments() {
      return arguments;
    }

    @Override
    public byte[] getBody() {
      return body;
    }
  }
}
