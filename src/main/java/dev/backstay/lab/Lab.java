package dev.backstay.lab;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * The lab of this user: built, brought up, looked into, entered, taken down. One is up at a time
 * for each run directory; the environment variable {@code BACKSTAY_LAB_RUN} names another one. What
 * it knows is on disk and in {@code /proc}, so any process may ask about a lab that another one
 * brought up, and instances are interchangeable and safe for use by several threads.
 *
 * <p>All methods work from outside the lab. From inside, where {@link #exec} puts a process, those
 * that look and enter work as well; those that build and end do not.
 */
public final class Lab {
  private static final String BRIDGE = "lab0";
  private static final String BRIDGE_ADDRESS = "198.18.0.1";

  private final LabFiles files;

  Lab(LabFiles files) {
    this.files = files;
  }

  /** The lab that environment and system properties name. */
  public static Lab ofThisProcess() {
    return new Lab(LabFiles.ofThisProcess());
  }

  /** The lab that has this run directory, beside any other. */
  public static Lab at(Path run) {
    return new Lab(LabFiles.ofThisProcess().at(run));
  }

  /** Whether this process is itself in a lab, so that its sockets reach the hosts. */
  public static boolean isInside() {
    try {
      NetworkInterface bridge = NetworkInterface.getByName(BRIDGE);
      return bridge != null
          && bridge
              .inetAddresses()
              .map(InetAddress::getHostAddress)
              .anyMatch(BRIDGE_ADDRESS::equals);
    } catch (SocketException e) {
      return false;
    }
  }

  /** Whether {@link #build} has made what this kernel's lab needs. */
  public boolean isBuilt(Kernel kernel) {
    return files.artifacts(kernel).isPresent();
  }

  /** The kernel to boot when nobody has named one: the one that is built, or else trimmed. */
  public Kernel usualKernel() {
    return isBuilt(Kernel.DEBIAN) && !isBuilt(Kernel.TRIMMED) ? Kernel.DEBIAN : Kernel.TRIMMED;
  }

  /**
   * Builds what is missing of kernel, module packages and root file system. Takes minutes at first
   * and no time if nothing has changed since.
   *
   * @param progress hears every line the build prints
   * @throws ProblemException {@code lab-build-failed}, {@code lab-inside}
   */
  public void build(Kernel kernel, Progress progress) {
    refuseInside("built");
    new Build(files, progress).run(kernel).choose();
  }

  /**
   * Brings the lab up and returns when every host answers SSH and every client has completed a
   * handshake. Nothing stays if that fails.
   *
   * @throws ProblemException {@code lab-already-up}, {@code lab-busy}, {@code lab-inside}; what is
   *     missing on this machine; or {@code lab-host-failed} with the end of a host's console
   */
  public void up(LabOptions options, Progress progress) {
    refuseInside("brought up");
    try (UpLock lock = UpLock.take(files.lock())) {
      if (holder().isPresent()) {
        throw new ProblemException(
            "lab-already-up",
            "lab",
            "a lab is up already",
            "use it (backstay lab status), or end it first (backstay lab down)");
      }
      Artifacts artifacts = new Requirements(files).check(options.kernel());
      removeFiles();
      bringUp(options, artifacts, progress);
    } finally {
      if (holder().isEmpty()) {
        UpLock.remove(files.lock());
      }
    }
  }

  private void bringUp(LabOptions options, Artifacts artifacts, Progress progress) {
    Topology topology = Topology.of(options, new SecureRandom());
    Seeds seeds = new Seeds(files, topology, new SecureRandom());
    // Whoever is interrupted at the terminal leaves nothing half up.
    Thread interrupted = new Thread(this::down, "lab-interrupted");
    Runtime.getRuntime().addShutdownHook(interrupted);
    boolean ready = false;
    try {
      makeRunDirectory(topology);
      seeds.write();
      Holder holder = Holder.start(files, artifacts, options.attached());
      remember(holder, options);
      AccessFiles access = new AccessFiles(options.directory());
      access.write(topology, seeds);
      progress.line(
          "%d hosts boot the %s kernel"
              .formatted(topology.hosts().size(), options.kernel().word()));
      Guests guests = new Guests(this::command, access.sshConfig());
      new Startup(files, topology, holder, guests, progress, options.limit()).await();
      ready = true;
    } finally {
      forget(interrupted);
      if (!ready) {
        down();
      }
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the hook is what is running
    }
  }

  private void makeRunDirectory(Topology topology) {
    PrivateFiles.directory(files.run());
    PrivateFiles.directory(files.images());
    for (String name : List.of("console", "ended", "uml")) {
      PrivateFiles.directory(files.run().resolve(name));
    }
    PrivateFiles.write(
        files.run().resolve("hosts"),
        topology.hosts().stream()
            .map(host ->
                "%s\t%d\t%s\t%s\n"
                    .formatted(host.name(), host.memory(), host.loader().word(), host.parameters()))
            .collect(Collectors.joining()));
  }

  private void remember(Holder holder, LabOptions options) {
    new Run(
            holder.supervisor().pid(),
            holder.started(),
            options.kernel(),
            options.gateways(),
            options.clientsPerGateway(),
            options.pair(),
            options.directory())
        .save(files.state());
  }

  /**
   * What every host is doing now. Asks all of them at once; takes a few seconds if one is silent.
   */
  public LabStatus status() {
    Optional<Run> run = current();
    if (run.isEmpty()) {
      return LabStatus.DOWN;
    }
    Guests guests = guests(run.get());
    List<Host> hosts = hosts(run.get());
    List<Future<LabStatus.Host>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      hosts.forEach(host -> answers.add(threads.submit(() -> ask(guests, host))));
    }
    return new LabStatus(
        true,
        answers.stream().map(Future::resultNow).toList(),
        hosts.stream().mapToInt(Host::clients).sum());
  }

  private LabStatus.Host ask(Guests guests, Host host) {
    Optional<ProcessHandle> kernel = Processes.kernel(files, host.name()).findFirst();
    if (kernel.isEmpty()) {
      return host.seen(LabStatus.State.ENDED, 0, Duration.ZERO, 0);
    }
    List<String> lines = new ArrayList<>();
    String command = host.clients() == 0 ? "echo 0" : "sh /run/lab-seed/guest-handshakes";
    boolean answers = guests.run(host.name(), command, lines::add) == 0 && !lines.isEmpty();
    return host.seen(
        answers ? LabStatus.State.ANSWERS : LabStatus.State.SILENT,
        Processes.memory(kernel.get()),
        Processes.uptime(kernel.get()),
        answers ? Integer.parseInt(lines.getLast()) : 0);
  }

  /**
   * What each client that sends traffic has sent and received since the lab came up, in the order
   * of their names. One SSH session, however many clients.
   *
   * @throws ProblemException if the client host does not answer
   */
  public List<ClientTraffic> traffic() {
    List<String> lines = new ArrayList<>();
    int status = guests(require()).run(Host.CLIENTS, "sh /run/lab-seed/guest-traffic", lines::add);
    if (status != 0) {
      throw new ProblemException(
          "lab-host-silent",
          Host.CLIENTS,
          "the client host does not answer",
          "backstay lab status");
    }
    return lines.stream().map(Lab::traffic).toList();
  }

  private static ClientTraffic traffic(String line) {
    List<String> words = List.of(line.split(" ", -1));
    String client = words.get(0);
    return new ClientTraffic(
        client,
        client.substring(0, client.indexOf('-')),
        Long.parseLong(words.get(1)),
        Long.parseLong(words.get(2)));
  }

  /**
   * Runs a command in the lab's namespaces, with this process's terminal and current directory.
   *
   * @return its exit status
   */
  public int exec(List<String> command) {
    return run(command(command));
  }

  /**
   * A command that will run in the lab's namespaces; the caller redirects and starts it. It ends
   * with the lab, and when its process is destroyed.
   *
   * @throws ProblemException {@code lab-not-up}
   */
  public ProcessBuilder command(List<String> command) {
    if (isInside()) {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put(LabFiles.RUN_VARIABLE, files.run().toString());
      return builder;
    }
    ProcessHandle first = holder().flatMap(Holder::first).orElseThrow(Lab::notUp);
    List<String> words =
        new ArrayList<>(
            List.of("sh", files.program("inside").toString(), Long.toString(first.pid())));
    words.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(words);
    // Inside, the user may have another number, from which another directory would follow.
    builder.environment().put(LabFiles.RUN_VARIABLE, files.run().toString());
    return builder;
  }

  /**
   * Logs in to a host, or runs a command there, with this process's terminal.
   *
   * @param command empty for a login shell
   * @return the exit status
   */
  public int ssh(String host, List<String> command) {
    Run run = require();
    requireHost(run, host);
    return run(command(guests(run).session(host, command)));
  }

  /**
   * A host by its name: to cut it off, take its power away, and so on.
   *
   * @throws ProblemException {@code lab-not-up}, {@code lab-host-unknown}
   */
  public LabHost host(String name) {
    Run run = require();
    requireHost(run, name);
    return new LabHost(files, guests(run), this::command, name);
  }

  private static void requireHost(Run run, String name) {
    if (hosts(run).stream().noneMatch(one -> one.name().equals(name))) {
      throw new ProblemException(
          "lab-host-unknown",
          name,
          "the lab has no host of this name",
          "its hosts are " + hosts(run).stream().map(Host::name).collect(Collectors.joining(", ")));
    }
  }

  /** The directory in which {@link #up} wrote the inventory; empty without a lab. */
  public Optional<Path> directory() {
    return current().map(Run::directory);
  }

  /**
   * Ends the lab, waits until it is gone and removes its files. Does nothing where there is none.
   *
   * @throws ProblemException {@code lab-not-ended}; {@code lab-inside}
   */
  public void down() {
    refuseInside("ended");
    holder().ifPresent(Holder::end);
    removeFiles();
    UpLock.remove(files.lock());
  }

  private void removeFiles() {
    Run.load(files.state()).ifPresent(run -> new AccessFiles(run.directory()).remove());
    PrivateFiles.remove(files.images());
    PrivateFiles.remove(files.run());
  }

  private Optional<Holder> holder() {
    return Run.load(files.state()).flatMap(Holder::find);
  }

  /** The lab that is up, if one is. Inside, it is the one this process is in. */
  private Optional<Run> current() {
    return Run.load(files.state()).filter(run -> isInside() || Holder.find(run).isPresent());
  }

  private Run require() {
    return current().orElseThrow(Lab::notUp);
  }

  private static ProblemException notUp() {
    return new ProblemException("lab-not-up", "lab", "no lab is up", "backstay lab up");
  }

  private static void refuseInside(String what) {
    if (isInside()) {
      throw new ProblemException(
          "lab-inside",
          "lab",
          "this process is in the lab, from where it cannot be " + what,
          "do it from outside");
    }
  }

  private Guests guests(Run run) {
    return new Guests(this::command, new AccessFiles(run.directory()).sshConfig());
  }

  private static List<Host> hosts(Run run) {
    LabOptions options =
        LabOptions.of(run.kernel()).withSize(run.gateways(), run.clientsPerGateway());
    return Topology.of(run.pair() ? options.withPair() : options, new SecureRandom()).hosts();
  }

  private static int run(ProcessBuilder builder) {
    try {
      return waitFor(builder.inheritIO().start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int waitFor(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new ProblemException("interrupted", "lab", "interrupted while a command ran", "");
    }
  }
}
