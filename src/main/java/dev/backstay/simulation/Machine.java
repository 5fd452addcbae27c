package dev.backstay.simulation;

import dev.backstay.change.Packages;
import dev.backstay.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * A simulated gateway: what is on its disk, what is in its memory, and what may happen to it. What
 * its programs do is in {@link Deadman} and {@link Change}.
 *
 * <p>One thing happens on it at a time: whoever works on it holds its lock, but not while waiting.
 */
final class Machine {
  /** It ran before anybody looked. */
  private static final double UPTIME = 5000;

  private static final double BOOT_SECONDS = 20;
  private static final double SHUTDOWN_SECONDS = 4;

  /** {@code panic=10}. */
  private static final Duration AFTER_PANIC = Duration.ofSeconds(10);

  /** Who looks after a gateway that stands still, and switches its power off and on. */
  private static final Duration UNTIL_SOMEBODY_COMES = Duration.ofMinutes(20);

  private static final long FREE_KIB = 300_000;

  /** What the controller's keep-alives need to see that nobody answers: 5 s, three times. */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  final String name;
  final Time time;
  final Random random;
  final Witness witness;
  final Fate fate;
  final ReentrantLock lock = new ReentrantLock();

  // On the disk.
  final Map<String, String> installed = new TreeMap<>();
  final Map<String, Set<String>> candidates = new TreeMap<>();
  final Map<String, String> settingsOnDisk = new TreeMap<>();
  final Set<String> kernels = new TreeSet<>();
  String defaultKernel;
  Optional<String> nextKernel = Optional.empty();
  final Set<String> programs = new LinkedHashSet<>();
  final List<LeaseFile> history = new ArrayList<>();
  Optional<StagedChange> next = Optional.empty();
  Optional<LeaseFile> lease = Optional.empty();
  long epoch;
  long freeKib = FREE_KIB;
  boolean unitsInstalled;
  boolean timerEnabled;
  boolean halfInstalled;

  // In memory.
  String kernel;
  final Map<String, String> settings = new TreeMap<>();
  boolean timerActive;
  boolean timerBreaks;
  boolean interfacesUp = true;
  boolean cutting;
  String loaded = "";
  Optional<String> rehearsal = Optional.empty();
  Optional<String> rehearsed = Optional.empty();
  Optional<Job> changing = Optional.empty();
  boolean ticking;
  boolean staging;

  // Its world.
  private final Set<Link> links = new LinkedHashSet<>();
  private final Outfit before;
  private final Outfit after;
  private final List<Client> clients;
  private final TreeMap<Double, Duration> clockErrors = new TreeMap<>();
  private final boolean automatic;
  private boolean powered = true;
  private boolean network = true;
  private boolean vanished;
  private long cutOffUntil = Long.MIN_VALUE;
  private boolean stageHangs;
  private double slowness = 1;
  private int boot = 1;
  private long bootNanos;
  private int cuts;
  private final BitSet lostSessions = new BitSet();
  private final Map<String, Machine> behind = new TreeMap<>();
  private boolean drained;

  /**
   * @param before what it is like at first
   * @param after what it is to become
   * @param candidates what could be installed
   * @param automatic whether its timer ticks by itself; if not, somebody calls {@link Deadman#tick}
   */
  Machine(
      String name,
      Time time,
      Random random,
      Witness witness,
      Fate fate,
      Outfit before,
      Outfit after,
      Map<String, Set<String>> candidates,
      List<Client> clients,
      boolean automatic) {
    this.name = name;
    this.time = time;
    this.random = random;
    this.witness = witness;
    this.fate = fate;
    this.before = before;
    this.after = after;
    this.installed.putAll(before.packages());
    this.settingsOnDisk.putAll(before.settings());
    this.settings.putAll(before.settings());
    this.kernels.add(before.kernel());
    this.defaultKernel = before.kernel();
    this.kernel = before.kernel();
    this.candidates.putAll(candidates);
    this.clients = List.copyOf(clients);
    this.automatic = automatic;
    this.bootNanos = time.nanos() - seconds(UPTIME + 100_000 * random.nextDouble());
    this.loaded = moduleOnDisk();
    clockErrors.put(0.0, Duration.ZERO);
    clients.forEach(client -> client.wasHere(uptime(), random));
  }

  // --- its clocks -------------------------------------------------------------------------------

  private static long seconds(double count) {
    return (long) (count * 1e9);
  }

  double uptime() {
    return (time.nanos() - bootNanos) / 1e9;
  }

  long uptimeSeconds() {
    return (long) uptime();
  }

  int boot() {
    return boot;
  }

  String bootId() {
    return "%08x-0000-4000-8000-%012d".formatted(name.hashCode(), boot);
  }

  long wall() {
    return (long) wallAt(uptime());
  }

  /** What the wall clock said, or says, at that moment of this boot. */
  double wallAt(double uptime) {
    double now = time.clock().instant().toEpochMilli() / 1e3;
    Duration error = clockErrors.floorEntry(Math.max(0, uptime)).getValue();
    return now - (uptime() - uptime) + error.toMillis() / 1e3;
  }

  // --- what it runs -----------------------------------------------------------------------------

  /** What it keeps of an attempt: of the last one, and of some before. */
  Optional<LeaseFile> past(String key) {
    return Stream.concat(lease.stream(), history.stream())
        .filter(one -> one.key().equals(key))
        .findFirst();
  }

  /** Stands for the srcversion of what the installed packages, or the kernel, would load. */
  String moduleOnDisk() {
    List<String> versions =
        installed.entrySet().stream()
            .filter(one -> !isOfKernel(one.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    return "SRC" + (versions.isEmpty() ? kernel : String.join("+", versions));
  }

  /** What a change brings along and takes away again. */
  private boolean isOfKernel(String name) {
    return Packages.NONE.equals(before.packages().get(name));
  }

  /** Another version of a package is there, or none. A package that is new brings the kernel. */
  void isInstalled(String name, String version) {
    installed.put(name, version);
    if (isOfKernel(name)) {
      if (version.equals(Packages.NONE)) {
        kernels.remove(after.kernel());
      } else {
        kernels.add(after.kernel());
      }
    }
  }

  /** In its file and in force. */
  void isSet(String name, String value) {
    settingsOnDisk.put(name, value);
    settings.put(name, value);
    for (int i = 0; i < clients.size(); i++) {
      Client.Behaviour now = behaviour(i);
      clients.get(i).goesOn(now, uptime());
      lostSessions.set(i, lostSessions.get(i) || now != Client.Behaviour.WORKS);
    }
  }

  /** What clients meet is the module and, where they are not as before, the settings. */
  private Client.Behaviour behaviour(int client) {
    String meets = settings.equals(before.settings()) ? loaded : loaded.replace(Outfit.BEFORE, "");
    return fate.behaviour(name, client, meets, cuts);
  }

  List<Client> clients() {
    return clients;
  }

  /** Interfaces were made anew, by the module that is loaded. */
  void interfacesAreMade(boolean called) {
    cuts++;
    interfacesUp = true;
    for (int i = 0; i < clients.size(); i++) {
      begins(i, called);
    }
  }

  private void begins(int client, boolean called) {
    Client.Behaviour now = drained ? Client.Behaviour.GONE : behaviour(client);
    clients.get(client).begins(now, uptime(), called, random);
    if (now != Client.Behaviour.WORKS && !drained) {
      lostSessions.set(client);
    }
  }

  // --- what stands in front of it ---------------------------------------------------------------

  /** This machine sends clients to those. */
  void standsInFrontOf(List<Machine> gateways) {
    gateways.forEach(gateway -> behind.put(gateway.name, gateway));
  }

  /** Whoever knows it is with another one. */
  void isEmptyAtFirst() {
    drained = true;
    for (int i = 0; i < clients.size(); i++) {
      begins(i, false);
    }
  }

  /** Sends the clients of a gateway elsewhere: to the heir, if there is one. */
  void drain(String gateway, Optional<String> heir) {
    set(gateway, true);
    heir.ifPresent(name -> set(name, false));
  }

  void bringBack(String gateway, Optional<String> heir) {
    heir.ifPresent(name -> set(name, true));
    set(gateway, false);
  }

  void sendHere(String gateway) {
    tell(Witness.What.MISHAP, "clients were sent to " + gateway);
    set(gateway, false);
    Machine there = behind(gateway);
    there.alone(there::callPeers);
  }

  private void set(String gateway, boolean empty) {
    Machine to = behind(gateway);
    to.alone(() -> to.isDrained(empty));
  }

  private Machine behind(String gateway) {
    Machine to = behind.get(gateway);
    if (to == null) {
      throw new IllegalStateException(name + " does not stand in front of " + gateway);
    }
    return to;
  }

  private void isDrained(boolean now) {
    if (drained != now && fate.drains(name)) {
      drained = now;
      tell(now ? Witness.What.DRAINED : Witness.What.UNDRAINED, "");
      for (int i = 0; i < clients.size(); i++) {
        clients.get(i).moves(now ? Client.Behaviour.GONE : behaviour(i), uptime(), random);
        lostSessions.set(
            i, lostSessions.get(i) || (!now && behaviour(i) != Client.Behaviour.WORKS));
      }
    }
  }

  /** Those who have not asked by themselves yet. */
  void peersAreCalled() {
    for (int i = 0; i < clients.size(); i++) {
      if (clients.get(i).handshake(uptime()) < 0) {
        begins(i, true);
      }
    }
  }

  /** Whoever has not come back by himself is called. */
  void callPeers() {
    clients.forEach(client -> client.isCalled(uptime(), random));
  }

  void tell(Witness.What what, String detail) {
    witness.tell(time.nanos(), name, what, detail);
  }

  /** A program at work on this machine; it is gone when the machine or somebody ends it. */
  final class Job {
    private final int started = boot;
    private final String verb;
    private boolean killed;

    Job(String verb) {
      this.verb = verb;
    }

    String verb() {
      return verb;
    }

    void kill() {
      killed = true;
    }

    /** Time passes; others may do something meanwhile. */
    void pause(double seconds) {
      lock.unlock();
      try {
        time.sleep(Duration.ofNanos(seconds(seconds * slowness)));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        killed = true;
      } finally {
        lock.lock();
      }
      if (killed || started != boot || !powered) {
        throw new Ended();
      }
    }
  }

  /** The program did not end by itself. */
  static final class Ended extends RuntimeException {
    Ended() {
      super("ended", null, false, false);
    }
  }

  /** Runs beside whoever asks; its end is nobody's business. */
  void background(String what, Runnable work) {
    time.start(what + " of " + name, () -> alone(work));
  }

  void alone(Runnable work) {
    lock.lock();
    try {
      work.run();
    } catch (Ended | Answer.Refusal over) {
      // A unit of the gateway's own: nobody reads its status.
    } finally {
      lock.unlock();
    }
  }

  void startTimer() {
    timerEnabled = true;
    timerActive = !timerBreaks;
    if (timerActive && automatic && !ticking) {
      ticking = true;
      background("timer", this::tickWhileActive);
    }
  }

  private void tickWhileActive() {
    Job job = new Job("timer");
    int mine = boot;
    try {
      while (timerActive) {
        new Deadman(this).tick();
        job.pause(2);
      }
    } finally {
      if (mine == boot) {
        ticking = false;
      }
    }
  }

  void stopTimer() {
    timerActive = false;
    timerEnabled = false;
  }

  // --- what may happen to it --------------------------------------------------------------------

  boolean answers() {
    return powered && network && !vanished && time.nanos() >= cutOffUntil;
  }

  boolean stageHangs() {
    return stageHangs;
  }

  void powerCut(Duration off) {
    if (!powered) {
      return;
    }
    tell(Witness.What.MISHAP, "power cut");
    goDown(off);
  }

  /** A restart that was asked for: services are stopped first. Returns at once. */
  void restart() {
    int mine = boot;
    background(
        "restart",
        () -> {
          pass(Duration.ofNanos(seconds(SHUTDOWN_SECONDS * slowness)));
          if (powered && mine == boot) {
            goDown(Duration.ZERO);
          }
        });
  }

  private void goDown(Duration off) {
    powered = false;
    forgetMemory();
    dropLinks("the connection broke");
    background("power", () -> comeBack(off));
  }

  private void comeBack(Duration off) {
    pass(off);
    while (!boots()) {
      // The next try, with what its boot loader chooses then.
    }
  }

  /** The boot loader takes the kernel that was chosen for one boot, else the default. */
  private boolean boots() {
    pass(Duration.ofNanos(seconds(BOOT_SECONDS)));
    String chosen = nextKernel.orElse(defaultKernel);
    nextKernel = Optional.empty();
    if (!kernels.contains(chosen)) {
      tell(Witness.What.MISHAP, "its boot loader chose a kernel that is not there");
      chosen = kernels.iterator().next();
    }
    Fate.Boot how = fate.boots(name, chosen);
    switch (how) {
      case PANICS -> {
        pass(AFTER_PANIC);
        return false;
      }
      case HANGS -> {
        pass(UNTIL_SOMEBODY_COMES);
        return false;
      }
      case UP, MUTE -> isUp(chosen, how == Fate.Boot.UP);
    }
    return true;
  }

  private void isUp(String chosen, boolean networked) {
    powered = true;
    network = networked;
    boot++;
    Duration error = clockErrors.lastEntry().getValue();
    clockErrors.clear();
    clockErrors.put(0.0, error);
    bootNanos = time.nanos();
    kernel = chosen;
    settings.putAll(settingsOnDisk);
    if (!halfInstalled && fate.loads(name, moduleOnDisk())) {
      loaded = moduleOnDisk();
      interfacesAreMade(false);
    }
    ticking = false;
    if (timerEnabled) {
      startTimer();
    }
  }

  /** Its lock is let go meanwhile. */
  private void pass(Duration length) {
    lock.unlock();
    try {
      time.sleep(length);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.lock();
    }
  }

  private void forgetMemory() {
    timerActive = false;
    interfacesUp = false;
    cutting = false;
    loaded = "";
    rehearsal = Optional.empty();
    rehearsed = Optional.empty();
    changing = Optional.empty();
    staging = false;
  }

  void stepClock(Duration by) {
    tell(Witness.What.MISHAP, "clock stepped by " + by);
    clockErrors.put(uptime(), clockErrors.lastEntry().getValue().plus(by));
  }

  void fillDisk() {
    tell(Witness.What.MISHAP, "disk full");
    freeKib = 0;
  }

  /** Somebody stops the timer by hand. */
  void stopTimerByHand() {
    tell(Witness.What.MISHAP, "timer stopped");
    timerActive = false;
  }

  void hangStage() {
    tell(Witness.What.MISHAP, "stage hangs");
    stageHangs = true;
  }

  void failClients() {
    tell(Witness.What.MISHAP, "clients fail");
    clients.forEach(client ->
        client.moves(drained ? Client.Behaviour.GONE : Client.Behaviour.FAILS, uptime(), random));
  }

  void slowDown(double times) {
    tell(Witness.What.MISHAP, "slow, " + times + " times");
    slowness = times;
  }

  double slowness() {
    return slowness;
  }

  /** Its connections break at once; new ones can be made after a while. */
  void cutLink(Duration outage) {
    tell(Witness.What.MISHAP, "link cut for " + outage);
    cutOff(outage);
  }

  /** The same for a reason that lies elsewhere. */
  void cutOff(Duration outage) {
    cutOffUntil = Math.max(cutOffUntil, time.nanos() + outage.toNanos());
    dropLinks("the connection broke");
  }

  /** Nobody reaches it any more; who is connected notices after a while. */
  void vanish() {
    tell(Witness.What.MISHAP, "unreachable");
    vanished = true;
    background(
        "silence",
        () -> {
          pass(SILENCE);
          dropLinks("the gateway does not answer any more");
        });
  }

  // --- who is connected -------------------------------------------------------------------------

  /** A connection, which hears that it is broken. */
  interface Link {
    void broken(String why);
  }

  void connect(Link link) {
    links.add(link);
  }

  void disconnect(Link link) {
    links.remove(link);
  }

  private void dropLinks(String why) {
    List<Link> broken = List.copyOf(links);
    links.clear();
    broken.forEach(link -> link.broken(why));
  }

  /** For people and judges. */
  Trial.End end() {
    int lost = (int) clients.stream().filter(c -> c.behaviour() != Client.Behaviour.WORKS).count();
    return new Trial.End(
        stateAgainst(),
        lease.map(l -> l.condition.word()).orElse("none"),
        lostSessions.cardinality(),
        lost);
  }

  private Trial.End.State stateAgainst() {
    if (is(after) && !before.equals(after)) {
      return Trial.End.State.NEW;
    }
    return is(before) && kernels.equals(Set.of(before.kernel()))
        ? Trial.End.State.OLD
        : Trial.End.State.BETWEEN;
  }

  private boolean is(Outfit outfit) {
    return installed.equals(outfit.packages())
        && kernel.equals(outfit.kernel())
        && defaultKernel.equals(outfit.kernel())
        && settingsOnDisk.equals(outfit.settings());
  }
}
