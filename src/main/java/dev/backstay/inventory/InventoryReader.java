package dev.backstay.inventory;

import dev.backstay.document.Fields;
import dev.backstay.document.Node;
import dev.backstay.document.Position;
import dev.backstay.document.Problems;
import dev.backstay.document.Reading;
import dev.backstay.document.Shape;
import dev.backstay.document.Similar;
import dev.backstay.document.Yaml;
import dev.backstay.ssh.Target;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads an inventory file. Relative paths in it are relative to its folder, and {@code ~} is the
 * home directory. Immutable.
 */
public final class InventoryReader {
  static final Shape INVENTORY =
      Shape.of("an inventory", "kind", "ssh", "gateways", "groups", "sites", "traffic");
  static final Shape SITE = Shape.of("a site", "zone");
  static final Shape SSH = Shape.of("ssh", "user", "port", "identity", "knownHosts", "jump");
  static final Shape GATEWAY =
      Shape.of(
          "a gateway",
          "host",
          "tags",
          "site",
          "pair",
          "encrypt",
          "user",
          "port",
          "identity",
          "knownHosts",
          "jump");

  static final Shape TRAFFIC =
      Shape.of(
          "a traffic host", "host", "encrypt", "user", "port", "identity", "knownHosts", "jump");

  /** A word that selects everything cannot name one thing. */
  private static final String NAME = "(?!all$)[a-z0-9][a-z0-9.-]*";

  private static final String NAME_EXPECTED =
      "a name of lower-case letters, digits, dots and dashes (and not \"all\")";
  private static final Reading<String> WORD = Reading.text(NAME_EXPECTED, NAME);
  private static final Reading<String> HOST =
      Reading.text("a host name or an address", "[A-Za-z0-9_:][A-Za-z0-9._:%-]*");
  private static final Reading<String> USER =
      Reading.text("a user name", "[A-Za-z_][A-Za-z0-9._-]*");
  private static final Reading<Integer> PORT = Reading.integer(1, 65535);

  private final Path home;

  /**
   * @param home what {@code ~} stands for
   */
  public InventoryReader(Path home) {
    this.home = home;
  }

  /**
   * @throws dev.backstay.problem.ProblemException with every mistake in the file
   */
  public Inventory read(Path file) {
    return read(file.toString(), file.toAbsolutePath().resolveSibling(""), Yaml.read(file));
  }

  private Inventory read(String source, Path folder, Node root) {
    Problems problems = new Problems();
    Fields top = Fields.open(INVENTORY, root, problems);
    top.kind("Inventory");
    Access defaults = access(top.section("ssh", SSH), folder, Access.of(home));
    Map<String, ZoneId> zones = zones(top, problems);
    List<Gateway> gateways = new ArrayList<>();
    top.required("gateways", entries("at least one gateway", false)).orElse(List.of()).stream()
        .flatMap(entry -> gateway(entry, folder, defaults, zones, problems).stream())
        .forEach(gateways::add);
    Set<String> names = namesIn(top.node("gateways"));
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (Node.Entry entry : top.optional("groups", entries("groups", true)).orElse(List.of())) {
      WORD.read(entry.key(), problems);
      groups.put(entry.key().text(), members(entry.value(), names, problems));
    }
    sitesOfGateways(top, gateways, problems);
    pairs(top, gateways, problems);
    List<Gateway> traffic = traffic(top, names, folder, defaults, problems);
    problems.throwIfAny();
    return new Inventory(source, gateways, groups, traffic);
  }

  /** Their names stand in the vault and in locks beside those of gateways. */
  private List<Gateway> traffic(
      Fields top, Set<String> gateways, Path folder, Access defaults, Problems problems) {
    List<Gateway> hosts = new ArrayList<>();
    for (Node.Entry entry :
        top.optional("traffic", entries("traffic hosts", true)).orElse(List.of())) {
      if (gateways.contains(entry.key().text())) {
        problems.add(
            "name-taken",
            entry.key().position(),
            "\"" + entry.key().text() + "\" is a gateway already.",
            "give the traffic host a name of its own.");
      }
      Optional<String> name = WORD.read(entry.key(), problems);
      Fields fields = Fields.open(TRAFFIC, entry.value(), problems);
      Optional<String> host = fields.required("host", HOST);
      boolean sealsItself = sealsItself(fields);
      Access access = access(fields, folder, defaults);
      if (name.isPresent() && host.isPresent()) {
        hosts.add(
            new Gateway(
                name.get(),
                access.target(name.get(), host.get()),
                Set.of(),
                "",
                "",
                Optional.empty(),
                sealsItself));
      }
    }
    return hosts;
  }

  private static boolean sealsItself(Fields fields) {
    return fields
        .optional("encrypt", Reading.text("on-controller or on-gateway", "on-(controller|gateway)"))
        .map("on-gateway"::equals)
        .orElse(false);
  }

  private static Map<String, ZoneId> zones(Fields top, Problems problems) {
    Map<String, ZoneId> zones = new LinkedHashMap<>();
    for (Node.Entry entry : top.optional("sites", entries("sites", true)).orElse(List.of())) {
      Optional<String> site = WORD.read(entry.key(), problems);
      Optional<ZoneId> zone =
          Fields.open(SITE, entry.value(), problems).required("zone", Reading.zone());
      site.ifPresent(name -> zone.ifPresent(where -> zones.put(name, where)));
    }
    return zones;
  }

  /** A site that no gateway stands at is a slip, and its zone would hold for nobody. */
  private static void sitesOfGateways(Fields top, List<Gateway> gateways, Problems problems) {
    Set<String> used = new TreeSet<>();
    gateways.stream().map(Gateway::site).filter(site -> !site.isEmpty()).forEach(used::add);
    for (Node.Entry entry : entriesOf(top.node("sites"))) {
      if (!used.contains(entry.key().text())) {
        problems.add(
            "unknown-site",
            entry.key().position(),
            "no gateway stands at \"" + entry.key().text() + "\".",
            Similar.hint(entry.key().text(), "sites", used));
      }
    }
  }

  /** A pair of one stands in for nobody: its name was mistyped somewhere. */
  private static void pairs(Fields top, List<Gateway> gateways, Problems problems) {
    Map<String, Long> members =
        gateways.stream()
            .filter(gateway -> !gateway.pair().isEmpty())
            .collect(Collectors.groupingBy(Gateway::pair, Collectors.counting()));
    for (Node.Entry entry : entriesOf(top.node("gateways"))) {
      if (entry.value() instanceof Node.Mapping mapping) {
        mapping
            .entry("pair")
            .filter(pair ->
                pair.value() instanceof Node.Scalar name
                    && members.getOrDefault(name.text(), 2L) == 1)
            .ifPresent(pair ->
                problems.add(
                    "lonely-pair",
                    pair.value().position(),
                    "\"" + entry.key().text() + "\" is the only gateway of this pair.",
                    "give its partner the same word, or remove it."));
      }
    }
  }

  private static List<Node.Entry> entriesOf(Optional<Node> node) {
    return node.orElse(null) instanceof Node.Mapping mapping ? mapping.entries() : List.of();
  }

  /** Names with something behind each. */
  private static Reading<List<Node.Entry>> entries(String expected, boolean mayBeEmpty) {
    return (node, problems) -> {
      if (node instanceof Node.Mapping mapping && (mayBeEmpty || !mapping.entries().isEmpty())) {
        return Optional.of(mapping.entries());
      }
      Reading.wrong(node, "a mapping of names with " + expected, problems);
      return Optional.empty();
    };
  }

  /** Also of gateways with mistakes: a group that names one of those is not wrong as well. */
  private static Set<String> namesIn(Optional<Node> gateways) {
    Map<String, Position> names = new LinkedHashMap<>();
    if (gateways.orElse(null) instanceof Node.Mapping mapping) {
      mapping.entries().forEach(entry -> names.put(entry.key().text(), entry.key().position()));
    }
    return names.keySet();
  }

  private Optional<Gateway> gateway(
      Node.Entry entry,
      Path folder,
      Access defaults,
      Map<String, ZoneId> zones,
      Problems problems) {
    Optional<String> name = WORD.read(entry.key(), problems);
    Fields fields = Fields.open(GATEWAY, entry.value(), problems);
    Optional<String> host = fields.required("host", HOST);
    List<String> tags = fields.optional("tags", Reading.oneOrMore(WORD)).orElse(List.of());
    String site = fields.optional("site", WORD).orElse("");
    String pair = fields.optional("pair", WORD).orElse("");
    boolean sealsItself = sealsItself(fields);
    Access access = access(fields, folder, defaults);
    if (name.isEmpty() || host.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Gateway(
            name.get(),
            access.target(name.get(), host.get()),
            Set.copyOf(tags),
            site,
            pair,
            Optional.ofNullable(zones.get(site)),
            sealsItself));
  }

  private static List<String> members(Node node, Set<String> gateways, Problems problems) {
    Reading<String> member =
        (item, into) -> {
          Optional<String> name = WORD.read(item, into);
          if (name.isPresent() && !gateways.contains(name.get())) {
            into.add(
                "unknown-gateway",
                item.position(),
                "there is no gateway \"" + name.get() + "\".",
                Similar.hint(name.get(), "gateways", gateways));
          }
          return name;
        };
    return Reading.oneOrMore(member).read(node, problems).orElse(List.of());
  }

  private Access access(Fields fields, Path folder, Access defaults) {
    Reading<Path> path = Reading.scalar("a path", s -> Optional.of(resolve(s.text(), folder)));
    String user = fields.optional("user", USER).orElse(defaults.user());
    return new Access(
        user,
        fields.optional("port", PORT).orElse(defaults.port()),
        fields.optional("identity", Reading.oneOrMore(path)).orElse(defaults.identities()),
        fields.optional("knownHosts", path).orElse(defaults.knownHosts()),
        fields
            .optional("jump", Reading.oneOrMore(JumpText.reading(user)))
            .orElse(defaults.jumps()));
  }

  private Path resolve(String text, Path folder) {
    if (text.equals("~") || text.startsWith("~/")) {
      return home.resolve(text.substring(Math.min(2, text.length()))).normalize();
    }
    return folder.resolve(text).normalize();
  }

  /** How a gateway is reached, apart from where it is. */
  private record Access(
      String user, int port, List<Path> identities, Path knownHosts, List<Target.Jump> jumps) {
    /** OpenSSH's own places; a gateway's commands need root. */
    static Access of(Path home) {
      Path ssh = home.resolve(".ssh");
      return new Access(
          "root", 22, List.of(ssh.resolve("id_ed25519")), ssh.resolve("known_hosts"), List.of());
    }

    Target target(String name, String host) {
      return new Target(name, host, port, user, identities, knownHosts, jumps);
    }
  }
}
