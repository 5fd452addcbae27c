package dev.backstay.wireguard;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where the keys stand in a configuration of {@code wg} or {@code wg-quick}, so that the secret
 * ones of one configuration can be put into the text of another. Works on bytes, which can be
 * wiped; comments, order and everything that is no key stay as they are. Immutable, as long as
 * nobody writes to the text.
 */
public final class ConfigKeys {
  private final byte[] text;
  private final Optional<Range> privateKey;
  private final Optional<Range> listenPort;
  private final Map<String, Range> peers = new HashMap<>();
  private final Map<String, Range> presharedKeys = new HashMap<>();

  /** Bytes of a text, from one index up to, and without, another. */
  private record Range(int start, int end) {
    int length() {
      return end - start;
    }
  }

  private ConfigKeys(byte[] text) {
    this.text = text;
    Optional<Range> key = Optional.empty();
    Optional<Range> port = Optional.empty();
    Optional<Range> preshared = Optional.empty();
    String peer = "";
    int end;
    for (int start = 0; start < text.length; start = end + 1) {
      end = endOfLine(start);
      switch (name(start, end)) {
        case "[" -> {
          remember(peer, preshared);
          peer = "";
          preshared = Optional.empty();
        }
        case "privatekey" -> key = Optional.of(value(start, end));
        case "listenport" -> port = Optional.of(value(start, end));
        case "presharedkey" -> preshared = Optional.of(value(start, end));
        case "publickey" -> {
          Range at = value(start, end);
          peer = string(at);
          peers.put(peer, at);
        }
        default -> {
          // Nothing of ours.
        }
      }
    }
    remember(peer, preshared);
    privateKey = key;
    listenPort = port;
  }

  /**
   * @param text kept, not copied; wiped by nobody but its owner
   */
  public static ConfigKeys in(byte[] text) {
    return new ConfigKeys(text);
  }

  /** Public keys of all peers, as they are written. */
  public Set<String> peers() {
    return Collections.unmodifiableSet(peers.keySet());
  }

  /** Empty if the kernel may choose the port. */
  public Optional<Integer> listenPort() {
    return listenPort.map(this::string).filter(n -> n.matches("[0-9]{1,5}")).map(Integer::valueOf);
  }

  /** Of the interface; empty if there is none, or no key. The caller closes it. */
  public Optional<PrivateKey> privateKey() {
    return privateKey.flatMap(at -> {
      byte[] ascii = Arrays.copyOfRange(text, at.start(), at.end());
      try {
        return PrivateKey.parse(ascii);
      } finally {
        Arrays.fill(ascii, (byte) 0);
      }
    });
  }

  /**
   * This text with the private key of another one and, for each peer that is in both, its preshared
   * key.
   *
   * @return to be wiped by the caller
   */
  public byte[] withKeysOf(ConfigKeys other) {
    TreeMap<Integer, Edit> edits = new TreeMap<>();
    if (privateKey.isPresent() && other.privateKey.isPresent()) {
      Range here = privateKey.get();
      edits.put(here.start(), new Edit(here, "", other.privateKey.get()));
    }
    peers.forEach((peer, at) -> {
      Optional<Range> wanted = Optional.ofNullable(other.presharedKeys.get(peer));
      Optional<Range> here = Optional.ofNullable(presharedKeys.get(peer));
      wanted.ifPresent(key -> {
        Edit edit =
            here.map(range -> new Edit(range, "", key))
                .orElseGet(() -> new Edit(new Range(at.end(), at.end()), "\nPresharedKey = ", key));
        edits.put(edit.replaced().start(), edit);
      });
    });
    byte[] result = text.clone();
    // From the end to the start, so that what lies before keeps its place.
    for (Edit edit : edits.descendingMap().values()) {
      byte[] next = edit.apply(result, other.text);
      Arrays.fill(result, (byte) 0);
      result = next;
    }
    return result;
  }

  /** Replaces a range by words and a range of another text. */
  private record Edit(Range replaced, String words, Range from) {
    byte[] apply(byte[] in, byte[] source) {
      byte[] before = words.getBytes(StandardCharsets.US_ASCII);
      int tail = in.length - replaced.end();
      byte[] out = new byte[replaced.start() + before.length + from.length() + tail];
      System.arraycopy(in, 0, out, 0, replaced.start());
      System.arraycopy(before, 0, out, replaced.start(), before.length);
      System.arraycopy(source, from.start(), out, replaced.start() + before.length, from.length());
      System.arraycopy(in, replaced.end(), out, out.length - tail, tail);
      return out;
    }
  }

  private void remember(String peer, Optional<Range> preshared) {
    if (!peer.isEmpty()) {
      preshared.ifPresent(range -> presharedKeys.put(peer, range));
    }
  }

  private int endOfLine(int from) {
    int end = from;
    while (end < text.length && text[end] != '\n') {
      end++;
    }
    return end;
  }

  /** The word before the equals sign in small letters; a bracket for the head of a section. */
  private String name(int start, int end) {
    int first = start;
    while (first < end && text[first] <= ' ') {
      first++;
    }
    if (first < end && text[first] == '[') {
      return "[";
    }
    int equals = first;
    while (equals < end && text[equals] != '=' && text[equals] != '#') {
      equals++;
    }
    return equals < end && text[equals] == '='
        ? string(new Range(first, equals)).strip().toLowerCase(Locale.ROOT)
        : "";
  }

  /** What stands after the first equals sign, without a comment and white space around it. */
  private Range value(int start, int end) {
    int first = start;
    while (text[first] != '=') {
      first++;
    }
    first++;
    int last = first;
    while (last < end && text[last] != '#') {
      last++;
    }
    while (first < last && text[first] <= ' ') {
      first++;
    }
    while (last > first && text[last - 1] <= ' ') {
      last--;
    }
    return new Range(first, last);
  }

  private String string(Range at) {
    return new String(text, at.start(), at.length(), StandardCharsets.ISO_8859_1);
  }

  /** Never the text. */
  @Override
  public String toString() {
    return "***";
  }
}
