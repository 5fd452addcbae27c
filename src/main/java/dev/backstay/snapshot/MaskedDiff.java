package dev.backstay.snapshot;

import dev.backstay.wireguard.ConfigKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.diff.EditList;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;

/**
 * How two states of a gateway differ, line by line, with every secret hidden. A secret shows as
 * {@code (secret 1f3a)}: equal secrets have equal tags, and the tags of another call say nothing,
 * since they are made with a key that is thrown away.
 *
 * <p>Hidden is the value of {@code PrivateKey}, {@code PresharedKey} and their like, and whatever
 * looks like a key of WireGuard and is not known to be the public key of an interface or a peer.
 */
public final class MaskedDiff {
  private static final int KEY_LETTERS = 44;
  private static final int TAG_LETTERS = 4;

  private final Set<String> publicKeys = new HashSet<>();
  private final DigestKey tags;

  private MaskedDiff(DigestKey tags) {
    this.tags = tags;
  }

  /**
   * A unified diff of the files that both or one of them hold.
   *
   * @param before not closed
   * @param after not closed
   * @param random for the key of the tags
   */
  public static List<String> between(Capture before, Capture after, SecureRandom random) {
    byte[] key = new byte[DigestKey.KEY_BYTES];
    random.nextBytes(key);
    try (DigestKey tags = DigestKey.owning(key)) {
      MaskedDiff diff = new MaskedDiff(tags);
      diff.learnPublicKeys(before);
      diff.learnPublicKeys(after);
      return diff.lines(before, after);
    }
  }

  private void learnPublicKeys(Capture capture) {
    publicKeys.addAll(capture.facts().publicKeys().values());
    capture
        .files()
        .forEach((path, file) -> publicKeys.addAll(ConfigKeys.in(file.content().bytes()).peers()));
  }

  private List<String> lines(Capture before, Capture after) {
    SortedSet<String> paths = new TreeSet<>(before.files().keySet());
    paths.addAll(after.files().keySet());
    List<String> lines = new ArrayList<>();
    for (String path : paths) {
      RawText a = masked(before, path);
      RawText b = masked(after, path);
      EditList edits = new HistogramDiff().diff(RawTextComparator.DEFAULT, a, b);
      if (!edits.isEmpty()) {
        lines.add("--- " + path);
        lines.addAll(format(edits, a, b));
      }
    }
    return lines;
  }

  private static List<String> format(EditList edits, RawText a, RawText b) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DiffFormatter formatter = new DiffFormatter(out)) {
      formatter.setContext(1);
      formatter.format(edits, a, b);
      formatter.flush();
    } catch (IOException impossible) {
      throw new IllegalStateException("an array in memory takes everything", impossible);
    }
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private RawText masked(Capture capture, String path) {
    return Optional.ofNullable(capture.files().get(path))
        .map(file -> new RawText(mask(file.content().bytes())))
        .orElse(RawText.EMPTY_TEXT);
  }

  /** The text with tags in place of secrets; holds nothing that must be wiped. */
  byte[] mask(byte[] text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length);
    forEachLine(
        text,
        (start, end) -> {
          int from = start;
          switch (name(text, start, end)) {
            case "privatekey",
                "presharedkey",
                "private-key",
                "preshared-key",
                "psk",
                "password" -> {
              int equals = start;
              while (text[equals] != '=') {
                equals++;
              }
              int value = equals + 1;
              while (value < end && text[value] == ' ') {
                value++;
              }
              out.write(text, start, equals + 1 - start);
              out.write(' ');
              out.writeBytes(tag(text, value, end));
            }
            default -> {
              while (from < end) {
                int stop = endOfWord(text, from, end);
                boolean secret =
                    stop - from == KEY_LETTERS
                        && text[stop - 1] == '='
                        && !publicKeys.contains(ascii(text, from, stop));
                if (secret) {
                  out.writeBytes(tag(text, from, stop));
                } else {
                  out.write(text, from, Math.max(stop, from + 1) - from);
                }
                from = Math.max(stop, from + 1);
              }
            }
          }
          if (end < text.length) {
            out.write('\n');
          }
        });
    return out.toByteArray();
  }

  private byte[] tag(byte[] text, int from, int to) {
    byte[] copy = Arrays.copyOfRange(text, from, to);
    try (SecretBytes secret = SecretBytes.owning(copy)) {
      String tag = tags.digest("", "", secret).substring(0, TAG_LETTERS);
      return "(secret %s)".formatted(tag).getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** Base64 letters in a row. */
  private static int endOfWord(byte[] text, int from, int end) {
    int stop = from;
    while (stop < end && isBase64(text[stop])) {
      stop++;
    }
    while (stop < end && stop > from && text[stop] == '=') {
      stop++;
    }
    return stop;
  }

  private static boolean isBase64(byte b) {
    return (b >= 'A' && b <= 'Z')
        || (b >= 'a' && b <= 'z')
        || (b >= '0' && b <= '9')
        || b == '+'
        || b == '/';
  }

  private interface Line {
    void at(int start, int end);
  }

  private static void forEachLine(byte[] text, Line line) {
    int start = 0;
    while (start < text.length) {
      int end = start;
      while (end < text.length && text[end] != '\n') {
        end++;
      }
      line.at(start, end);
      start = end + 1;
    }
  }

  private static String name(byte[] text, int start, int end) {
    for (int i = start; i < end; i++) {
      if (text[i] == '=') {
        return ascii(text, start, i).strip().toLowerCase(Locale.ROOT);
      }
    }
    return "";
  }

  private static String ascii(byte[] text, int start, int end) {
    return new String(text, start, end - start, StandardCharsets.ISO_8859_1);
  }
}
