package dev.backstay.playbook;

import dev.backstay.document.Fields;
import dev.backstay.document.Node;
import dev.backstay.document.Position;
import dev.backstay.document.Problems;
import dev.backstay.document.Reading;
import dev.backstay.document.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads the section {@code change} of a playbook. Stateless. */
final class ChangeReader {
  static final Shape CHANGE =
      Shape.of("change", "packages", "activate")
          .notBuilt("tools", "kernel", "implementation", "config", "tuning", "keys", "policy");

  /** Debian Policy §5.6.1. It becomes an argument on a gateway, so nothing else gets through. */
  private static final Reading<String> PACKAGE =
      Reading.text("a Debian package name", "[a-z0-9][a-z0-9+.-]+");

  /** Debian Policy §5.6.12; begins with a letter or digit so that it is never an option. */
  private static final Reading<String> VERSION =
      Reading.text("a Debian package version", "[A-Za-z0-9][A-Za-z0-9.+:~-]*");

  private ChangeReader() {}

  static Change read(Fields change) {
    return new Change(
        change.required("packages", ChangeReader::packages).orElse(Map.of()),
        change.required("activate", ChangeReader::activation).orElse(Activation.NONE));
  }

  private static Optional<Map<String, String>> packages(Node node, Problems into) {
    if (!(node instanceof Node.Mapping mapping) || mapping.entries().isEmpty()) {
      Reading.wrong(node, "a mapping of package names with the versions wanted", into);
      return Optional.empty();
    }
    Map<String, String> packages = new LinkedHashMap<>();
    for (Node.Entry entry : mapping.entries()) {
      Optional<String> name = PACKAGE.read(entry.key(), into);
      Optional<String> version = VERSION.read(entry.value(), into);
      if (name.isPresent() && version.isPresent()) {
        packages.put(name.get(), version.get());
      }
    }
    return Optional.of(packages);
  }

  private static Optional<Activation> activation(Node node, Problems into) {
    if (node instanceof Node.Scalar(Position position, String text, boolean _)) {
      if (text.equals("restart-interface") || text.equals("reboot")) {
        into.add(
            "not-built",
            position,
            "the activation \"" + text + "\" is not built yet.",
            "use none or reload-module.");
        return Optional.empty();
      }
      for (Activation activation : Activation.values()) {
        if (activation.word().equals(text)) {
          return Optional.of(activation);
        }
      }
    }
    Reading.wrong(node, "none or reload-module", into);
    return Optional.empty();
  }
}
