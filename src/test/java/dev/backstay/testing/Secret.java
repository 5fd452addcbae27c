package dev.backstay.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** A planted key, and every form in which it could give itself away. */
public final class Secret {
  private final String name;
  private final List<byte[]> forms;

  private Secret(String name, List<byte[]> forms) {
    this.name = name;
    this.forms = List.copyOf(forms);
  }

  /**
   * @param base64 a key of WireGuard: found raw, in base64 of both alphabets, and in hex
   */
  public static Secret key(String name, String base64) {
    byte[] raw = Base64.getDecoder().decode(base64);
    List<byte[]> forms = new ArrayList<>();
    forms.add(raw);
    // Without the last letters: those depend on what follows when a key stands within more bytes.
    forms.add(ascii(base64.substring(0, 40)));
    forms.add(ascii(base64.substring(0, 40).replace('+', '-').replace('/', '_')));
    forms.add(ascii(HexFormat.of().formatHex(raw)));
    forms.add(ascii(HexFormat.of().withUpperCase().formatHex(raw)));
    return new Secret(name, forms);
  }

  /** Found as it is written, and as base64 of that. */
  public static Secret text(String name, String text) {
    byte[] encoded = Base64.getEncoder().encode(ascii(text));
    byte[] head = Arrays.copyOf(encoded, encoded.length / 4 * 4 - 4);
    return new Secret(name, List.of(ascii(text), head));
  }

  public boolean in(byte[] bytes) {
    return forms.stream().anyMatch(form -> contains(bytes, form));
  }

  private static boolean contains(byte[] bytes, byte[] form) {
    byte first = form[0];
    for (int i = 0; i <= bytes.length - form.length; i++) {
      if (bytes[i] == first && Arrays.equals(bytes, i, i + form.length, form, 0, form.length)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Not the secret. */
  @Override
  public String toString() {
    return name;
  }
}
