package dev.backstay.playbook;

import dev.backstay.document.Fields;
import dev.backstay.document.Node;
import dev.backstay.document.Position;
import dev.backstay.document.Problems;
import dev.backstay.document.Reading;
import dev.backstay.document.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads the section {@code change} of a playbook. Used by one thread. */
final class ChangeReader {
  static final Shape CHANGE =
      Shape.of(
              "change",
              "packages",
              "tools",
              "config",
              "tuning",
              "scripts",
              "implementation",
              "kernel",
              "activate")
          .notBuilt("keys", "policy");
  static final Shape TUNING = Shape.of("tuning", "sysctl", "mtu");

  /** What {@code tools} means in the packages of a distribution. */
  static final String TOOLS = "wireguard-tools";

  /** Debian Policy §5.6.1. It becomes an argument on a gateway, so nothing else gets through. */
  private static final Reading<String> PACKAGE =
      Reading.text("a package name", "[a-z0-9][a-z0-9+.-]+");

  /**
   * Debian Policy §5.6.12, and the {@code _} and {@code ^} of rpm and apk; begins with a letter or
   * digit so that it is never an option.
   */
  private static final Reading<String> VERSION =
      Reading.text("a package version", "[A-Za-z0-9][A-Za-z0-9._^+:~-]*");

  /** A path below /proc/sys with dots, or with slashes where a name has dots itself. */
  private static final Reading<String> SETTING =
      Reading.text(
          "the name of a kernel setting such as net.core.rmem_max",
          "[a-z0-9_]+([./][A-Za-z0-9_.:+=@-]+)+");

  private static final Reading<String> SETTING_VALUE =
      Reading.scalar(
          "a number, or numbers with spaces between them",
          s ->
              Optional.of(s.text().strip().replaceAll("\\s+", " "))
                  .filter(text -> text.matches("[A-Za-z0-9_.:,+-]+( [A-Za-z0-9_.:,+-]+)*")));

  private static final Reading<Implementation> IMPLEMENTATION =
      Reading.scalar(
          "kernel or wireguard-go",
          s ->
              Stream.of(Implementation.values())
                  .filter(implementation -> implementation.word().equals(s.text()))
                  .findFirst());

  private final Fields change;
  private final Fields tuning;
  private final boolean mayBeNothing;
  private final Problems problems;

  private ChangeReader(Fields change, boolean mayBeNothing, Problems problems) {
    this.change = change;
    this.mayBeNothing = mayBeNothing;
    this.problems = problems;
    this.tuning = change.section("tuning", TUNING);
  }

  /**
   * @param mayBeNothing whether a playbook has something to do besides
   */
  static Change read(Fields change, boolean mayBeNothing, Problems problems) {
    return new ChangeReader(change, mayBeNothing, problems).read();
  }

  private Change read() {
    // Absent as a whole has been told by who opened it.
    boolean packages = change.node("packages").isPresent();
    boolean others =
        Stream.of("tools", "config", "tuning", "scripts", "implementation", "kernel")
            .anyMatch(key -> change.node(key).isPresent());
    boolean needsPackages = packages || !(others || mayBeNothing);
    Map<String, String> wanted =
        needsPackages
            ? change.required("packages", ChangeReader::packages).orElse(Map.of())
            : Map.of();
    Optional<Activation> activate =
        needsPackages
            ? change.required("activate", ChangeReader::activation)
            : change.optional("activate", ChangeReader::activation);
    Optional<Implementation> implementation = change.optional("implementation", IMPLEMENTATION);
    if (activate.orElse(Activation.NONE) == Activation.RELOAD_MODULE && !packages) {
      problems.add(
          Reading.CODE,
          place("activate"),
          "there is no new module to reload in this change.",
          "remove \"activate\", or name the package that brings it.");
    }
    if (activate.orElse(Activation.NONE) != Activation.NONE && implementation.isPresent()) {
      problems.add(
          Reading.CODE,
          place("implementation"),
          "a change of the implementation takes the module out by itself; it cannot be reloaded too.",
          "make it a playbook of its own.");
    }
    Optional<Change.Kernel> kernel =
        change.node("kernel").isPresent()
            ? KernelReader.read(change.section("kernel", KernelReader.KERNEL), problems)
            : Optional.empty();
    checkRestart(activate);
    SortedMap<String, InterfaceWish> config =
        change
            .node("config")
            .map(node -> ConfigReader.read(node, problems))
            .orElseGet(TreeMap::new);
    return new Change(
        withTools(wanted),
        activate.orElse(Activation.NONE),
        withMtu(config),
        sysctl(),
        change.node("scripts").map(node -> ScriptsReader.read(node, problems)).orElse(List.of()),
        implementation,
        kernel);
  }

  private void checkRestart(Optional<Activation> activate) {
    boolean kernel = change.node("kernel").isPresent();
    if (kernel && activate.orElse(Activation.REBOOT) != Activation.REBOOT
        || kernel && change.node("activate").isEmpty()) {
      problems.add(
          Reading.CODE,
          place("kernel"),
          "another kernel takes effect by a restart of the gateway, and \"activate\" does not say so.",
          "write `activate: reboot`.");
    }
    if (!kernel && activate.equals(Optional.of(Activation.REBOOT))) {
      problems.add(
          Reading.CODE,
          place("activate"),
          "there is no \"kernel\" to restart into in this change.",
          "name one: `kernel: {packages: {linux-image-6.1.0-28-amd64: 6.1.119-1}}`.");
    }
  }

  private Map<String, String> withTools(Map<String, String> packages) {
    Map<String, String> all = new LinkedHashMap<>(packages);
    change
        .optional("tools", VERSION)
        .ifPresent(version -> {
          if (all.put(TOOLS, version) != null) {
            problems.add(
                Reading.CODE,
                place("tools"),
                "\"tools\" is the package " + TOOLS + ", which \"packages\" names as well.",
                "keep one of the two.");
          }
        });
    return all;
  }

  /** The MTU of a WireGuard interface stands in its file, as what {@code config} changes does. */
  private SortedMap<String, InterfaceWish> withMtu(SortedMap<String, InterfaceWish> config) {
    Optional<Node> node = tuning.node("mtu");
    if (node.isEmpty()) {
      return config;
    }
    if (!(node.get() instanceof Node.Mapping mapping) || mapping.entries().isEmpty()) {
      Reading.wrong(node.get(), "a mapping of interfaces with their MTU", problems);
      return config;
    }
    for (Node.Entry entry : mapping.entries()) {
      Optional<String> name = ConfigReader.NAME.read(entry.key(), problems);
      Optional<Integer> mtu = ConfigReader.MTU.read(entry.value(), problems);
      if (name.isPresent() && mtu.isPresent()) {
        String at = entry.key().position().toString();
        InterfaceWish wish = config.get(name.get());
        if (wish != null && wish.mtu().isPresent()) {
          problems.add(
              Reading.CODE,
              entry.key().position(),
              "the MTU of %s stands under \"config\" as well.".formatted(name.get()),
              "keep one of the two.");
        }
        config.put(
            name.get(),
            wish == null ? InterfaceWish.ofMtu(at, mtu.get()) : wish.withMtu(mtu.get()));
      }
    }
    return config;
  }

  private SortedMap<String, String> sysctl() {
    SortedMap<String, String> settings = new TreeMap<>();
    Optional<Node> node = tuning.node("sysctl");
    if (node.isEmpty()) {
      return settings;
    }
    if (!(node.get() instanceof Node.Mapping mapping) || mapping.entries().isEmpty()) {
      Reading.wrong(node.get(), "a mapping of kernel settings with their values", problems);
      return settings;
    }
    for (Node.Entry entry : mapping.entries()) {
      Optional<String> name = SETTING.read(entry.key(), problems);
      Optional<String> value = SETTING_VALUE.read(entry.value(), problems);
      if (name.isPresent() && value.isPresent()) {
        settings.put(name.get(), value.get());
      }
    }
    return settings;
  }

  private Position place(String key) {
    return change.node(key).map(Node::position).orElse(change.position());
  }

  static Optional<Map<String, String>> packages(Node node, Problems into) {
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
      if (text.equals("restart-interface")) {
        into.add(
            "not-built",
            position,
            "the activation \"" + text + "\" is not built yet.",
            "use none, reload-module or reboot.");
        return Optional.empty();
      }
      for (Activation activation : Activation.values()) {
        if (activation.word().equals(text)) {
          return Optional.of(activation);
        }
      }
    }
    Reading.wrong(node, "none, reload-module or reboot", into);
    return Optional.empty();
  }
}
