package dev.backstay.notify;

import dev.backstay.document.Fields;
import dev.backstay.document.Node;
import dev.backstay.document.Problems;
import dev.backstay.document.Reading;
import dev.backstay.document.Shape;
import dev.backstay.document.Yaml;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code notify.yaml}. Every mistake in it is told before anything is changed. */
public final class NotifyReader {
  static final Shape NOTIFY = Shape.of("a notify file", "kind", "to");
  static final Shape TARGET =
      Shape.of("a target", "name", "webhook", "secret", "command", "events", "timeout", "tries");

  private static final Reading<String> NAME =
      Reading.text("a name of lower-case letters, digits, dots and dashes", "[a-z0-9][a-z0-9.-]*");

  private static final Reading<URI> URL =
      Reading.scalar("an address that begins with https:// or http://", s -> url(s.text()));

  private static final Reading<Topic> TOPIC =
      Reading.scalar("one of " + String.join(", ", Topic.words()), s -> Topic.of(s.text()));

  private static final Reading<Duration> SECONDS =
      Reading.scalar(
          "a time from 1s to 60s such as 10s",
          s ->
              s.text().matches("[1-9][0-9]?s")
                  ? Optional.of(
                          Duration.ofSeconds(
                              Long.parseLong(s.text().substring(0, s.text().length() - 1))))
                      .filter(time -> time.toSeconds() <= 60)
                  : Optional.empty());

  private final Problems problems = new Problems();
  private final Set<String> names = new HashSet<>();
  private final Path folder;

  private NotifyReader(Path folder) {
    this.folder = folder;
  }

  /**
   * @param file secrets and programs with a relative path are looked for beside it; need not exist,
   *     and then nobody is told
   * @throws dev.backstay.problem.ProblemException with every mistake in the file
   */
  public static List<Target> read(Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    NotifyReader reader = new NotifyReader(file.toAbsolutePath().resolveSibling("").normalize());
    return reader.read(Yaml.read(file));
  }

  private List<Target> read(Node root) {
    Fields top = Fields.open(NOTIFY, root, problems);
    top.kind("Notify");
    List<Target> targets =
        top.required("to", Reading.list((node, into) -> target(node))).orElse(List.of());
    problems.throwIfAny();
    return targets;
  }

  private Optional<Target> target(Node node) {
    Fields fields = Fields.open(TARGET, node, problems);
    Optional<String> name = fields.required("name", NAME);
    name.filter(word -> !names.add(word))
        .ifPresent(word ->
            problems.add(
                Reading.CODE,
                fields.node("name").map(Node::position).orElse(fields.position()),
                "\"" + word + "\" is the name of two targets.",
                "give each a name of its own: reports call them by it."));
    Optional<Target.Channel> channel = channel(fields);
    List<Topic> topics =
        fields.optional("events", Reading.oneOrMore(TOPIC)).orElse(Arrays.asList(Topic.values()));
    Duration timeout = fields.optional("timeout", SECONDS).orElse(Duration.ofSeconds(10));
    int tries = fields.optional("tries", Reading.integer(1, 10)).orElse(4);
    return name.isPresent() && channel.isPresent()
        ? Optional.of(new Target(name.get(), channel.get(), topics, timeout, tries))
        : Optional.empty();
  }

  private Optional<Target.Channel> channel(Fields fields) {
    boolean webhook = fields.node("webhook").isPresent();
    boolean command = fields.node("command").isPresent();
    if (webhook == command) {
      problems.add(
          Reading.CODE,
          fields.position(),
          webhook
              ? "a target has a webhook or a command, and this one has both."
              : "a target needs a webhook or a command.",
          "one target for each way.");
      return Optional.empty();
    }
    if (command) {
      if (fields.node("secret").isPresent()) {
        problems.add(
            Reading.CODE,
            fields.node("secret").orElseThrow().position(),
            "a secret signs what a webhook gets; a command needs none.",
            "remove it.");
      }
      return fields
          .optional("command", Reading.oneOrMore(Reading.text("a word", "(?s).+")))
          .filter(words -> !words.isEmpty())
          .map(this::program);
    }
    Optional<Path> secret = fields.optional("secret", this::secret);
    return fields.optional("webhook", URL).map(url -> new Target.Channel.Webhook(url, secret));
  }

  /** A path with a slash in it is meant from the folder of the file, wherever the command runs. */
  private Target.Channel program(List<String> words) {
    String first = words.getFirst();
    List<String> all = new ArrayList<>(words);
    all.set(0, first.contains("/") ? folder.resolve(first).toString() : first);
    return new Target.Channel.Command(all);
  }

  private Optional<Path> secret(Node node, Problems into) {
    Optional<Path> file =
        Reading.text("the name of a file", "(?s).+").read(node, into).map(folder::resolve);
    if (file.isPresent() && !(Files.isRegularFile(file.get()) && Files.isReadable(file.get()))) {
      into.add(
          Reading.CODE,
          node.position(),
          "the file of the secret cannot be read.",
          "write it there, for your eyes only (mode 0600), with nothing else in it.");
      return Optional.empty();
    }
    return file;
  }

  private static Optional<URI> url(String text) {
    try {
      URI url = new URI(text);
      boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
      return web && url.getHost() != null && url.getUserInfo() == null
          ? Optional.of(url)
          : Optional.empty();
    } catch (URISyntaxException malformed) {
      return Optional.empty();
    }
  }
}
