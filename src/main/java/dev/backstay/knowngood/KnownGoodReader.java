package dev.backstay.knowngood;

import dev.backstay.document.Fields;
import dev.backstay.document.Node;
import dev.backstay.document.Problems;
import dev.backstay.document.Reading;
import dev.backstay.document.Shape;
import dev.backstay.document.Yaml;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the file, which people may have edited: what they took out is known to be good no more. */
final class KnownGoodReader {
  static final Shape FILE = Shape.of("a known-good file", "kind", "platforms");
  static final Shape PLATFORM =
      Shape.of(
          "a platform", "since", "rollout", "kernel", "module", "packages", "gateways", "earlier");
  static final Shape EARLIER =
      Shape.of("an earlier one", "since", "rollout", "kernel", "module", "packages", "gateways");

  private static final Reading<String> WORD = Reading.text("a word", "\\S+");
  private static final Reading<String> TEXT = Reading.scalar("a text", s -> Optional.of(s.text()));

  private final Problems problems = new Problems();

  private KnownGoodReader() {}

  static KnownGood read(Path file) {
    return new KnownGoodReader().read(Yaml.read(file));
  }

  private KnownGood read(Node root) {
    Fields top = Fields.open(FILE, root, problems);
    top.kind("KnownGood");
    SortedMap<Platform, List<Proven>> platforms = new TreeMap<>();
    for (Node.Entry entry : entries(top.node("platforms"))) {
      Optional<Platform> platform = Platform.parse(entry.key().text());
      if (platform.isEmpty()) {
        Reading.wrong(entry.key(), "a platform such as debian-12/6.12/x86_64/dkms", problems);
      }
      Fields fields = Fields.open(PLATFORM, entry.value(), problems);
      List<Proven> all = new ArrayList<>();
      all.add(proven(fields));
      fields
          .optional("earlier", Reading.list((node, _) -> Optional.of(node)))
          .orElse(List.of())
          .forEach(node -> all.add(proven(Fields.open(EARLIER, node, problems))));
      platform.ifPresent(known -> platforms.put(known, List.copyOf(all)));
    }
    problems.throwIfAny();
    return new KnownGood(platforms);
  }

  private Proven proven(Fields fields) {
    SortedMap<String, SortedMap<String, String>> gateways = new TreeMap<>();
    for (Node.Entry gateway : entries(fields.node("gateways"))) {
      gateways.put(gateway.key().text(), words(Optional.of(gateway.value())));
    }
    return new Proven(
        fields.required("since", WORD).orElse(""),
        fields.required("rollout", WORD).orElse(""),
        fields.required("kernel", WORD).orElse(""),
        fields.optional("module", TEXT).orElse(""),
        words(fields.node("packages")),
        gateways);
  }

  private SortedMap<String, String> words(Optional<Node> node) {
    SortedMap<String, String> words = new TreeMap<>();
    entries(node)
        .forEach(entry ->
            WORD.read(entry.value(), problems)
                .ifPresent(value -> words.put(entry.key().text(), value)));
    return words;
  }

  private List<Node.Entry> entries(Optional<Node> node) {
    if (node.isEmpty()) {
      return List.of();
    }
    if (node.get() instanceof Node.Mapping mapping) {
      return mapping.entries();
    }
    Reading.wrong(node.get(), "a mapping", problems);
    return List.of();
  }
}
