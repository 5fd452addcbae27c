package dev.backstay.simulation;

import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.simulation.LeaseFile.Condition;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The rules of the program {@code deadman}, as {@code ConformanceTest} holds them equal to it. Each
 * method is called with the machine's lock held.
 */
final class Deadman {
  static final int FAILED = 1;
  static final int REFUSED = 4;
  static final int WRONG_NONCE = 5;
  static final int USAGE = 64;

  private static final int TRIES = 3;
  private static final Pattern ROLLOUT = Pattern.compile("[a-zA-Z0-9_-][a-zA-Z0-9._-]*");

  private final Machine machine;

  Deadman(Machine machine) {
    this.machine = machine;
  }

  String install() {
    for (String program : new String[] {"deadman", "change", "wgstate"}) {
      if (!machine.programs.contains(program)) {
        throw refuse(
            FAILED, "the programs deadman, change and wgstate are not all in /var/lib/backstay");
      }
    }
    machine.unitsInstalled = true;
    return "installed\t/etc/systemd/system/backstay-deadman.timer\n";
  }

  private static Answer.Refusal refuse(int status, String sentence) {
    return new Answer.Refusal(status, sentence);
  }

  private static long number(String what, String word) {
    if (!word.matches("[0-9]+")) {
      throw refuse(USAGE, what + " is a whole number, not \"" + word + "\"");
    }
    if (word.length() >= 14) {
      throw refuse(USAGE, what + " is too large");
    }
    return Long.parseLong(word);
  }

  static Map<String, String> input(String text) {
    Map<String, String> values = new HashMap<>();
    for (String line : text.lines().toList()) {
      int tab = line.indexOf('\t');
      values.put(tab < 0 ? line : line.substring(0, tab), tab < 0 ? "" : line.substring(tab + 1));
    }
    return values;
  }

  private static String value(Map<String, String> input, String key) {
    return input.getOrDefault(key, "");
  }

  private long fence(String word) {
    long given = number("epoch", word);
    if (given < machine.epoch) {
      throw refuse(
          REFUSED,
          "epoch %d is stale: a newer controller with epoch %d has taken over"
              .formatted(given, machine.epoch));
    }
    return given;
  }

  private void takeOver(long given) {
    machine.epoch = Math.max(machine.epoch, given);
  }

  private void own(String rollout) {
    String here = machine.lease.map(l -> l.rollout).orElse("none");
    if (!here.equals(rollout)) {
      throw refuse(REFUSED, "the lease here is of rollout %s, not %s".formatted(here, rollout));
    }
  }

  String arm(String text) {
    Map<String, String> in = input(text);
    if (!ROLLOUT.matcher(value(in, "rollout")).matches()) {
      throw refuse(USAGE, "the rollout id \"" + value(in, "rollout") + "\" is not usable");
    }
    final long attempt = number("attempt", value(in, "attempt"));
    long seconds = number("seconds", value(in, "seconds"));
    long most = number("max-seconds", value(in, "max-seconds"));
    final long boots = number("boots", in.getOrDefault("boots", "0"));
    if (!value(in, "nonce-sha256").matches("[0-9a-f]{64}")) {
      throw refuse(USAGE, "nonce-sha256 is 64 hex digits");
    }
    if (seconds <= 0 || seconds > most) {
      throw refuse(USAGE, "seconds is between 1 and max-seconds");
    }
    long epoch = fence(value(in, "epoch"));
    Optional<LeaseFile> same =
        machine.lease.filter(l ->
            l.rollout.equals(value(in, "rollout"))
                && l.attempt == attempt
                && l.nonceDigest.equals(value(in, "nonce-sha256")));
    if (same.isPresent()) {
      return again(same.get(), epoch);
    }
    machine.lease.ifPresent(Deadman::isOver);
    String key = value(in, "rollout") + "/" + attempt;
    machine
        .past(key)
        .ifPresent(past -> {
          throw refuse(
              REFUSED,
              "attempt %d of rollout %s is over: it is %s"
                  .formatted(attempt, past.rollout, past.condition.word()));
        });
    StagedChange next = machine.next.orElseThrow(() -> refuse(FAILED, "nothing is staged"));
    takeOver(epoch);
    if (!next.rollout().equals(value(in, "rollout")) || next.attempt() != attempt) {
      throw refuse(FAILED, "what is staged belongs to another rollout or attempt");
    }
    if (!machine.unitsInstalled) {
      throw refuse(FAILED, "the dead-man timer is not installed");
    }
    long now = machine.uptimeSeconds();
    long wall = machine.wall();
    LeaseFile lease =
        new LeaseFile(
            next, value(in, "nonce-sha256"), machine.boot(), (int) boots, now + most, wall + most);
    lease.epoch = epoch;
    until(lease, seconds, now + seconds, wall + seconds);
    machine.lease.ifPresent(machine.history::add);
    machine.lease = Optional.of(lease);
    machine.next = Optional.empty();
    machine.startTimer();
    if (!machine.timerActive) {
      lease.set(Condition.REVERTED, "the dead-man timer did not start; nothing was changed");
      machine.stopTimer();
      throw refuse(FAILED, "the dead-man timer is not active after it was started");
    }
    return "armed\t%d\t%d\n".formatted(lease.deadlineWall, remaining(lease));
  }

  /** Asked for the very same lease once more: it is told, and nothing is done twice. */
  private String again(LeaseFile lease, long epoch) {
    takeOver(epoch);
    if (!lease.condition.isOpen()) {
      throw refuse(
          REFUSED,
          "this lease is over: the change of rollout %s is %s"
              .formatted(lease.rollout, lease.condition.word()));
    }
    if (!machine.timerActive) {
      machine.startTimer();
    }
    if (!machine.timerActive) {
      throw refuse(FAILED, "the dead-man timer is not active after it was started");
    }
    return "armed\t%d\t%d\n".formatted(lease.deadlineWall, remaining(lease));
  }

  private static void isOver(LeaseFile before) {
    switch (before.condition) {
      case ARMED, APPLYING, REBOOTING, APPLIED, REVERTING ->
          throw refuse(
              REFUSED,
              "a lease is open already: rollout %s is %s"
                  .formatted(before.rollout, before.condition.word()));
      case REVERT_FAILED ->
          throw refuse(
              REFUSED,
              "the change of rollout %s could not be undone and needs a person first"
                  .formatted(before.rollout));
      case CONFIRMED, REVERTED -> {}
    }
  }

  private void until(LeaseFile lease, long seconds, long uptimeEnd, long wallEnd) {
    lease.seconds = seconds;
    lease.deadlineBoot = machine.boot();
    lease.deadlineUptime = uptimeEnd;
    lease.deadlineWall = wallEnd;
  }

  long remaining(LeaseFile lease) {
    long left =
        lease.deadlineBoot == machine.boot()
            ? lease.deadlineUptime - machine.uptimeSeconds()
            : lease.deadlineWall - machine.wall();
    return Math.max(0, left);
  }

  /** Why the lease is over. A step of the wall clock changes nothing within one boot. */
  Optional<String> over(LeaseFile lease) {
    if (lease.armedBoot != machine.boot()) {
      if (!lease.bootsSeen.contains(machine.boot())) {
        lease.bootsSeen.add(machine.boot());
      }
      if (lease.bootsSeen.size() - 1 > lease.boots) {
        return Optional.of("the gateway was restarted, which this lease does not allow");
      }
    }
    boolean ran =
        lease.deadlineBoot == machine.boot()
            ? machine.uptimeSeconds() >= lease.deadlineUptime
            : machine.wall() >= lease.deadlineWall || machine.uptimeSeconds() >= lease.seconds;
    return ran ? Optional.of("the lease ran out without a confirmation") : Optional.empty();
  }

  /** Asks the timer for an answer and waits for it. */
  String rehearse(Machine.Job job) {
    LeaseFile lease =
        machine
            .lease
            .filter(l -> l.condition == Condition.ARMED)
            .orElseThrow(() -> refuse(REFUSED, "there is no armed lease to rehearse"));
    machine.rehearsed = Optional.empty();
    machine.rehearsal = Optional.of(lease.key());
    double began = machine.uptime();
    while (machine.rehearsed.isEmpty() && machine.uptime() - began < 15) {
      job.pause(0.2);
    }
    machine.rehearsal = Optional.empty();
    if (machine.rehearsed.isEmpty()) {
      throw refuse(FAILED, "the timer did not tick within 15 s");
    }
    return "rehearsed\tinvocation\tbackstay-deadman.timer\n";
  }

  String renew(String text) {
    Map<String, String> in = input(text);
    long seconds = number("seconds", value(in, "seconds"));
    long epoch = fence(value(in, "epoch"));
    LeaseFile lease =
        machine.lease.filter(l -> l.condition.isOpen()).orElseThrow(this::noOpenLease);
    own(value(in, "rollout"));
    String nonce = in.getOrDefault("nonce-sha256", lease.nonceDigest);
    if (!nonce.equals(lease.nonceDigest) && epoch <= lease.epoch) {
      throw refuse(REFUSED, "another nonce is taken from a newer controller only");
    }
    takeOver(epoch);
    over(lease)
        .ifPresent(why -> {
          throw refuse(REFUSED, why);
        });
    if (!machine.timerActive || !machine.timerEnabled) {
      throw refuse(
          GatewayPrograms.NO_TICKS,
          "the dead-man timer is not active: nothing would undo this change");
    }
    long uptimeEnd = machine.uptimeSeconds() + seconds;
    long wallEnd = machine.wall() + seconds;
    if (lease.armedBoot == machine.boot()) {
      long excess = Math.max(0, uptimeEnd - lease.maxUptime);
      uptimeEnd -= excess;
      wallEnd -= excess;
    } else {
      long excess = Math.max(0, wallEnd - lease.maxWall);
      uptimeEnd -= excess;
      wallEnd -= excess;
      // A clock that was set back meanwhile makes room up to that cap, but not up to this one.
      excess = Math.max(0, uptimeEnd - lease.maxLeft.orElse(lease.seconds));
      uptimeEnd -= excess;
      wallEnd -= excess;
    }
    lease.epoch = epoch;
    lease.nonceDigest = nonce;
    until(lease, seconds, uptimeEnd, wallEnd);
    return "renewed\t%d\t%d\n".formatted(wallEnd, remaining(lease));
  }

  private Answer.Refusal noOpenLease() {
    return refuse(REFUSED, "there is no open lease to renew: it is " + condition());
  }

  private String condition() {
    return machine.lease.map(l -> l.condition.word()).orElse("none");
  }

  String confirm(String text) {
    Map<String, String> in = input(text);
    final long epoch = fence(value(in, "epoch"));
    LeaseFile lease =
        machine.lease.orElseThrow(() -> refuse(REFUSED, "there is no lease to confirm"));
    if (!digest(value(in, "nonce")).equals(lease.nonceDigest)) {
      throw refuse(WRONG_NONCE, "the nonce is not the one of this lease");
    }
    takeOver(epoch);
    switch (lease.condition) {
      case CONFIRMED -> {}
      case APPLIED -> {
        over(lease)
            .ifPresent(why -> {
              throw refuse(REFUSED, why);
            });
        new Change(machine).settle(lease);
        lease.set(Condition.CONFIRMED, "");
        machine.tell(Witness.What.CONFIRMED, lease.key());
      }
      case ARMED, APPLYING, REBOOTING, REVERTING, REVERTED, REVERT_FAILED ->
          throw refuse(
              REFUSED,
              "only an applied change can be confirmed; this one is " + lease.condition.word());
    }
    machine.stopTimer();
    return "confirmed\n";
  }

  static String digest(String nonce) {
    try {
      byte[] text = nonce.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  String revert(Machine.Job job, String epochWord, String rollout, String why) {
    LeaseFile lease =
        machine.lease.orElseThrow(() -> refuse(REFUSED, "there is no lease to revert"));
    long epoch = fence(epochWord);
    own(rollout);
    takeOver(epoch);
    lease.tries = 0;
    lease.lastResort = false;
    if (lease.condition != Condition.REVERTED) {
      machine.startTimer();
    }
    return new Change(machine).revert(job, why.isEmpty() ? "asked for" : why);
  }

  /** What the timer does every two seconds. */
  void tick() {
    if (machine.rehearsal.isPresent()) {
      machine.rehearsed = machine.rehearsal;
      machine.rehearsal = Optional.empty();
    }
    if (machine.lease.isEmpty()) {
      machine.stopTimer();
      return;
    }
    LeaseFile lease = machine.lease.get();
    switch (lease.condition) {
      case REBOOTING -> {
        Optional<String> why = over(lease);
        boolean newBoot = lease.restarted.orElse(0) != machine.boot();
        if (why.isPresent()) {
          undo(lease, why.get());
        } else if (newBoot && machine.changing.isEmpty()) {
          new Change(machine).start(lease.key());
        }
      }
      case ARMED, APPLIED -> over(lease).ifPresent(why -> undo(lease, why));
      case APPLYING ->
          over(lease)
              .or(() ->
                  machine.changing.isEmpty()
                      ? Optional.of("the change ended without a result")
                      : Optional.empty())
              .ifPresent(why -> undo(lease, why));
      case REVERTING -> {
        if (machine.changing.isEmpty()) {
          undo(lease, lease.reason);
        }
      }
      case REVERT_FAILED -> {}
      case CONFIRMED, REVERTED -> machine.stopTimer();
    }
  }

  private void undo(LeaseFile lease, String why) {
    if (lease.tries >= TRIES && lease.kernelBefore.isPresent() && !lease.lastResort) {
      // Once, it is restarted into the old kernel without asking anybody, and tries again there.
      lease.lastResort = true;
      lease.tries = 0;
      new Change(machine).back(lease);
      machine.restart();
      return;
    }
    if (lease.tries >= TRIES) {
      lease.set(Condition.REVERT_FAILED, why);
      machine.tell(Witness.What.REVERT_FAILED, lease.key());
      return;
    }
    try {
      new Change(machine).revert(machine.new Job("revert"), why);
    } catch (Answer.Refusal failed) {
      // The next tick tries again.
    }
    if (lease.condition == Condition.REVERTED) {
      machine.stopTimer();
    }
  }

  String status() {
    StringBuilder text = new StringBuilder("state\t" + condition() + "\n");
    machine.lease.ifPresent(lease ->
        text.append(
            "rollout\t%s\nattempt\t%d\nepoch\t%d\nremaining\t%d\nreason\t%s\n"
                .formatted(
                    lease.rollout, lease.attempt, lease.epoch, remaining(lease), lease.reason)));
    boolean timer = machine.timerActive && machine.timerEnabled;
    return text.append("timer\t").append(timer ? "yes" : "no").append('\n').toString();
  }
}
