package dev.backstay.gateway;

import dev.backstay.ssh.Command;
import dev.backstay.ssh.Outcome;
import dev.backstay.ssh.Shell;
import dev.backstay.time.Time;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Runs Backstay's programs on one gateway and reads what they answer. Programs that only read
 * travel with each call and leave nothing behind; the others are installed first.
 *
 * <p>Every method throws {@link GatewayLostException} when the answer was not seen, and {@link
 * GatewayRefusedException} when the gateway refused, with its own sentence. Safe for use by several
 * threads.
 */
public final class GatewayPrograms {
  /** The exit status of a renewal whose gateway's dead-man timer does not tick. */
  public static final int NO_TICKS = 6;

  /** POSIX: what a shell says of a command that is not there. */
  private static final int NOT_FOUND = 127;

  private static final String STATE = "/var/lib/backstay";
  private static final String DIRECTORY = STATE + "/programs";

  /**
   * A small or busy gateway needs seconds for what others do at once; what hangs is ended all the
   * same.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final Duration STAGING = Duration.ofMinutes(5);
  private static final Duration REHEARSAL = Duration.ofSeconds(45);
  private static final Duration REVERT = Duration.ofMinutes(3);

  /**
   * A program announces an error as {@code name: sentence}; the name is ours, the sentence is for
   * people.
   */
  private static final Pattern PREFIX = Pattern.compile("^[a-z-]+: ");

  private static final Pattern SAFE_WORD = Pattern.compile("[A-Za-z0-9._:+~@%=/-]+");

  private final Shell shell;

  public GatewayPrograms(Shell shell) {
    this.shell = shell;
  }

  /** Facts of the gateway and of the named packages. Changes nothing. */
  public Facts facts(Set<String> packages) {
    return facts(FactsQuery.of(packages));
  }

  /** Facts of the gateway and of what is asked beside. Changes nothing. */
  public Facts facts(FactsQuery query) {
    return facts(query, answer -> {});
  }

  /**
   * The same.
   *
   * @param told hears the answer as it came, once it is known to be one
   */
  public Facts facts(FactsQuery query, Consumer<String> told) {
    String text = answer("facts", shell.run(once(ProgramText.FACTS, query.arguments())));
    if (!FactsReader.understands(text)) {
      throw new GatewayLostException(shell.gateway(), "something else than a shell answered");
    }
    told.accept(text);
    return FactsReader.read(text);
  }

  /**
   * Copies the programs that must work without us to the gateway's disk, in one call: each costs a
   * busy gateway a session and a dozen processes. Each program arrives whole or not at all.
   */
  public void install() {
    ProgramArchive archive = ProgramArchive.INSTALLED;
    answer(
        "install",
        shell.run(
            Command.of(archive.unpack(DIRECTORY)).withInput(archive.bytes()).within(PATIENCE)));
    answer("install", shell.run(installed("deadman", List.of("install"), "")));
  }

  /**
   * Brings the old and the new version of every package of the change onto the gateway's disk.
   *
   * @param change the change file, see {@code src/main/sh/stage}
   */
  public List<Staged> stage(String change) {
    String text = answer("stage", shell.run(installed("stage", List.of(), change).within(STAGING)));
    return text.lines()
        .map(line -> List.of(line.split("\t", -1)))
        .filter(words -> words.getFirst().equals("staged") && words.size() >= 6)
        .map(words ->
            new Staged(
                words.get(1),
                words.get(2),
                words.get(3),
                words.get(4),
                Long.parseLong(words.get(5))))
        .toList();
  }

  /**
   * Brings the contents of new files into the gateway's memory, where they wait for the change.
   *
   * @param tar not wiped here
   */
  public void stageFiles(String rollout, int attempt, byte[] tar) {
    String line = "%s/stage files %s %d".formatted(DIRECTORY, word(rollout), attempt);
    answer("stage", shell.run(Command.of(line).withInput(tar).within(PATIENCE)));
  }

  /**
   * Brings checked-in scripts onto the gateway's disk, where they wait for the change.
   *
   * @param tar executable files in one folder, no secrets
   */
  public void stageScripts(String rollout, int attempt, byte[] tar) {
    String line = "%s/stage scripts %s %d".formatted(DIRECTORY, word(rollout), attempt);
    answer("stage", shell.run(Command.of(line).withInput(tar).within(PATIENCE)));
  }

  /**
   * Lets the gateway call peers whose endpoints it knows, while its change is in place or when it
   * was taken back. Returns when it has; takes seconds.
   *
   * @param peers a line for each: its interface, a tab, its public key
   */
  public void call(List<String> peers) {
    String lines = String.join("\n", peers) + "\n";
    answer("call", shell.run(installed("change", List.of("call"), lines)));
  }

  /** Lets the gateway forget the old files of a change that has ended for good. */
  public void forget() {
    answer("forget", shell.run(installed("change", List.of("forget"), "")));
  }

  /** Arms the dead-man switch with what was staged and reads back that its timer runs. */
  public void arm(Lease lease) {
    answer("arm", shell.run(installed("deadman", List.of("arm"), lease.text())));
  }

  /** Proves that the armed switch fires, with a no-op, and that the way back is complete. */
  public void rehearse() {
    answer("rehearse", shell.run(installed("deadman", List.of("rehearse"), "").within(REHEARSAL)));
  }

  /**
   * Starts the change as a unit of the gateway's own, apart from any SSH session. Returns at once.
   * Asked twice, the gateway starts nothing twice.
   */
  public void startChange(String rollout, int attempt) {
    List<String> arguments = List.of("start", word(rollout), Integer.toString(attempt));
    answer("apply", shell.run(installed("change", arguments, "")));
  }

  /** The state of the lease; none also where the programs that keep one never came. */
  public LeaseStatus status() {
    Outcome outcome = shell.run(installed("deadman", List.of("status"), ""));
    boolean missing = outcome instanceof Outcome.Exited exited && exited.status() == NOT_FOUND;
    // The facts bring their program along: they would still see a lease on the disk.
    return missing && facts(Set.of()).openLease().isEmpty()
        ? LeaseStatus.NEVER
        : LeaseStatusReader.read(answer("status", outcome));
  }

  /** How far the change has come, with the uptimes of its steps. */
  public ChangeStatus changeStatus() {
    return ChangeStatus.read(
        answer("status", shell.run(installed("change", List.of("status"), ""))));
  }

  /**
   * Gives this rollout's lease more time, from now. The gateway caps it at the lease's longest, and
   * refuses when the lease is another rollout's. Refused with the status {@link #NO_TICKS} when its
   * dead-man timer does not tick: then nothing but us would undo the change.
   */
  public void renew(long epoch, String rollout, Duration length) {
    answer(
        "renew",
        shell.run(
            installed(
                "deadman",
                List.of("renew"),
                "epoch\t%d\nrollout\t%s\nseconds\t%d\n"
                    .formatted(epoch, word(rollout), length.toSeconds()))));
  }

  /**
   * The same for a controller that takes this rollout over: with the digest of a nonce of its own,
   * since the old one died with the old controller. The epoch must be higher than the gateway has
   * seen.
   */
  public void takeOver(long epoch, String rollout, Duration length, String nonceDigest) {
    answer(
        "take-over",
        shell.run(
            installed(
                "deadman",
                List.of("renew"),
                "epoch\t%d\nrollout\t%s\nseconds\t%d\nnonce-sha256\t%s\n"
                    .formatted(epoch, word(rollout), length.toSeconds(), word(nonceDigest)))));
  }

  /** Ends the lease for good. Only the nonce that belongs to it does. */
  public void confirm(long epoch, String nonce) {
    answer(
        "confirm",
        shell.run(
            installed(
                "deadman", List.of("confirm"), "epoch\t%d\nnonce\t%s\n".formatted(epoch, nonce))));
  }

  /**
   * Takes this rollout's change back now. Returns when the gateway has done it and read it back.
   * Refused when the change that the gateway has last seen is another rollout's.
   *
   * @param reason for the gateway's journal; any text, of which it keeps a line
   */
  public void revert(long epoch, String rollout, String reason) {
    List<String> arguments =
        List.of("revert", "--epoch", Long.toString(epoch), "--rollout", word(rollout));
    answer("revert", shell.run(installed("deadman", arguments, reason).within(REVERT)));
  }

  /**
   * Writes a tar of everything a snapshot holds into the sink. It contains private keys: the sink
   * must not be a file.
   */
  public void capture(OutputStream sink) {
    answer("capture", shell.run(once(ProgramText.CAPTURE, List.of()), sink));
  }

  /**
   * The same, with every file encrypted by the gateway; what is public stays readable.
   *
   * @param orders for whom and what is known, as the program {@code capture} describes it; wiped
   *     here
   */
  public void captureSealed(byte[] orders, OutputStream sink) {
    byte[] text = ProgramText.CAPTURE.bytes();
    byte[] input = Arrays.copyOf(text, text.length + orders.length);
    System.arraycopy(orders, 0, input, text.length, orders.length);
    Arrays.fill(orders, (byte) 0);
    try {
      answer(
          "capture",
          shell.run(once(ProgramText.CAPTURE, List.of("sealed")).withInput(input), sink));
    } finally {
      Arrays.fill(input, (byte) 0);
    }
  }

  /**
   * On what platform the gateway runs which versions: {@code os}, {@code kernel}, {@code
   * architecture}, {@code wireguard}, {@code module}, {@code package NAME} and {@code config
   * INTERFACE}. Holds no key. Changes nothing.
   */
  public Map<String, String> fingerprint(Set<String> packages) {
    Map<String, String> facts = new LinkedHashMap<>();
    answer("fingerprint", shell.run(once(ProgramText.FINGERPRINT, List.copyOf(packages))))
        .lines()
        .map(line -> line.split("\t", -1))
        .forEach(words -> {
          if (words.length == 2) {
            facts.put(words[0], words[1]);
          } else if (words.length == 3) {
            facts.put(words[0] + " " + words[1], words[2]);
          }
        });
    return facts;
  }

  /**
   * Writes a tar of texts that tell why a change failed into the sink. No key is asked for, but
   * logs may hold anything: the sink must not be a file.
   *
   * @param past how far logs are read back
   * @param bytes of text at most
   */
  public void evidence(String rollout, Duration past, int bytes, OutputStream sink) {
    List<String> arguments =
        List.of(rollout, Long.toString(past.toSeconds()), Integer.toString(bytes));
    answer("evidence", shell.run(once(ProgramText.EVIDENCE, arguments), sink));
  }

  /**
   * Starts the collector. Lines come on a thread of their own until the stream is closed or the
   * gateway is gone; the collector removes its packet filter table when it ends.
   *
   * @param id tells this collector's table from another's
   * @param window how long it may run at most
   */
  public Shell.Stream observe(
      String id, List<String> interfaces, Duration window, Consumer<Observation> seen) {
    return observe(id, interfaces, window, seen, line -> {});
  }

  /**
   * The same.
   *
   * @param lines hears each line as the gateway wrote it, before it is read
   */
  public Shell.Stream observe(
      String id,
      List<String> interfaces,
      Duration window,
      Consumer<Observation> seen,
      Consumer<String> lines) {
    List<String> arguments = new ArrayList<>(List.of("--id", id));
    arguments.addAll(interfaces);
    ObservationReader reader = new ObservationReader();
    return shell.stream(
        once(ProgramText.OBSERVE, arguments).within(window),
        line -> {
          lines.accept(line);
          reader.read(line).ifPresent(seen);
        });
  }

  /** Why a gateway cannot be observed at all, if that is what a line of {@link #observe} says. */
  public static Optional<String> cannotObserve(String line) {
    return ObservationReader.cannot(line);
  }

  /**
   * Datagrams to a UDP port as the gateway itself reaches it, such as one of its own.
   *
   * @param address in digits
   */
  public Datagrams datagrams(String address, int port, Time time) throws InterruptedException {
    Command command = once(ProgramText.DATAGRAMS, List.of(address, Integer.toString(port)));
    try {
      return Datagrams.over(shell, shell.converse(command), time);
    } catch (IOException notStarted) {
      throw new GatewayLostException(shell.gateway(), "its shell was not started");
    }
  }

  /** A program that only reads: its text is the head of standard input, data may follow. */
  private static Command once(ProgramText program, List<String> arguments) {
    byte[] text = program.bytes();
    return Command.of(
            "sh -c \"$(head -c %d)\" %s%s".formatted(text.length, program.file(), words(arguments)))
        .withInput(text)
        .within(PATIENCE);
  }

  private static Command installed(String program, List<String> arguments, String input) {
    return Command.of(DIRECTORY + "/" + program + words(arguments))
        .withInput(input.getBytes(StandardCharsets.UTF_8))
        .within(PATIENCE);
  }

  private static String words(List<String> arguments) {
    StringBuilder line = new StringBuilder();
    arguments.forEach(argument -> line.append(' ').append(word(argument)));
    return line.toString();
  }

  /** Nothing that a shell could read as more than one plain word ever gets into a command line. */
  private static String word(String argument) {
    if (!SAFE_WORD.matcher(argument).matches()) {
      throw new IllegalArgumentException("not a plain word for a command line: " + argument);
    }
    return argument;
  }

  private String answer(String step, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Exited(int status, String output, String error, boolean truncated) -> {
        if (status != 0) {
          throw new GatewayRefusedException(shell.gateway(), step, status, sentence(output, error));
        }
        if (truncated) {
          throw new GatewayLostException(shell.gateway(), step + ": the answer was cut short");
        }
        yield output;
      }
      case Outcome.Signalled(String signal, String output, String error) ->
          throw new GatewayLostException(shell.gateway(), step + " was ended by signal " + signal);
      case Outcome.Lost(String why) ->
          throw new GatewayLostException(shell.gateway(), step + ": " + why);
    };
  }

  private static String sentence(String output, String error) {
    String text = (error.isBlank() ? output : error).strip();
    String last = text.substring(text.lastIndexOf('\n') + 1).strip();
    return PREFIX.matcher(last).replaceFirst("");
  }
}
