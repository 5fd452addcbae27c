package dev.backstay.simulation;

import dev.backstay.simulation.LeaseFile.Condition;
import dev.backstay.simulation.StagedChange.Replacement;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/**
 * One thing that is done to a gateway, in the words of its shell and in those of the model.
 *
 * @param shell a line for {@code src/test/sh/cases talk}
 * @param model answers what the program prints, or refuses
 */
record Order(String shell, Function<Machine, String> model) {
  private static final String NONCE = "0123456789abcdef0123456789abcdef";
  private static final String WRONG = "ffffffffffffffffffffffffffffffff";
  private static final List<String> ROLLOUTS = List.of("r1", "r2");

  /** What may be asked next, drawn so that most of it makes sense. */
  static Order draw(Machine machine, Random random) {
    Optional<LeaseFile> lease = machine.lease;
    String open = lease.map(l -> l.rollout).orElse("r1");
    String rollout = random.nextInt(6) == 0 ? ROLLOUTS.get(random.nextInt(2)) : open;
    String fresh = lease.isEmpty() ? "r1" : "r" + (machine.history.size() + 2);
    long epoch = 5 + random.nextInt(4);
    if (random.nextInt(5) == 0) {
      return any(random, rollout, epoch, lease);
    }
    boolean over = lease.map(l -> l.condition.isOver()).orElse(true);
    if (over && machine.next.isEmpty()) {
      return random.nextInt(3) == 0
          ? any(random, rollout, epoch, lease)
          : stage(machine, fresh, random.nextInt(4) == 0 ? "broken" : "1.1");
    }
    if (over) {
      return arm(machine.next.map(StagedChange::rollout).orElse(fresh), machine.epoch + 1);
    }
    return switch (lease.get().condition) {
      case ARMED -> random.nextInt(3) == 0 ? rehearse() : apply();
      case APPLIED ->
          switch (random.nextInt(5)) {
            case 0 -> expire();
            case 1 -> restart();
            case 2 -> renew(rollout, epoch + 2, 400);
            case 3 -> revert(rollout, epoch + 2);
            default -> confirm(machine.epoch, NONCE);
          };
      case APPLYING, REBOOTING, REVERTING, REVERT_FAILED, CONFIRMED, REVERTED -> tick();
    };
  }

  private static Order any(Random random, String rollout, long epoch, Optional<LeaseFile> lease) {
    return switch (random.nextInt(lease.isEmpty() ? 9 : 12)) {
      case 0 -> arm(rollout, epoch);
      case 1 -> renew(rollout, epoch, 100 + random.nextInt(1000));
      case 2 -> confirm(epoch, random.nextBoolean() ? NONCE : WRONG);
      case 3 -> revert(rollout, epoch);
      case 4 -> status();
      case 5 -> changeStatus();
      case 6 -> apply();
      case 7 -> tick();
      case 8 -> forget();
      case 9 -> expire();
      case 10 -> restart();
      default -> stopTimer();
    };
  }

  private static Order stage(Machine machine, String rollout, String to) {
    String from = machine.installed.getOrDefault("m", "1.0");
    String target = from.equals(to) ? "1.2" : to;
    return new Order(
        "staged %s %s %s".formatted(rollout, target, from),
        m -> {
          m.next =
              Optional.of(
                  new StagedChange(
                      rollout,
                      1,
                      List.of(new Replacement("m", from, target)),
                      "reload-module",
                      true));
          return "";
        });
  }

  private static Order arm(String rollout, long epoch) {
    return new Order(
        "arm %s %d 300".formatted(rollout, epoch),
        m ->
            new Deadman(m)
                .arm(
                    "rollout\t%s\nattempt\t1\nepoch\t%d\nnonce-sha256\t%s\nseconds\t300\nmax-seconds\t900\nboots\t0\n"
                        .formatted(rollout, epoch, Deadman.digest(NONCE))));
  }

  private static Order rehearse() {
    return new Order(
        "rehearsed",
        m -> {
          boolean[] ticked = {false};
          m.background(
              "tick",
              () -> {
                m.new Job("wait").pause(0.1);
                new Deadman(m).tick();
                ticked[0] = true;
              });
          Machine.Job job = m.new Job("rehearse");
          try {
            return new Deadman(m).rehearse(job);
          } finally {
            while (!ticked[0]) {
              job.pause(0.1);
            }
          }
        });
  }

  private static Order apply() {
    return new Order("\"$change\" apply", m -> new Change(m).apply());
  }

  private static Order renew(String rollout, long epoch, int seconds) {
    String input = "epoch\t%d\nrollout\t%s\nseconds\t%d\n".formatted(epoch, rollout, seconds);
    return new Order(
        "printf 'epoch\\t%d\\nrollout\\t%s\\nseconds\\t%d\\n' | \"$deadman\" renew"
            .formatted(epoch, rollout, seconds),
        m -> new Deadman(m).renew(input));
  }

  private static Order confirm(long epoch, String nonce) {
    return new Order(
        "confirm %d %s".formatted(epoch, nonce),
        m -> new Deadman(m).confirm("epoch\t%d\nnonce\t%s\n".formatted(epoch, nonce)));
  }

  private static Order revert(String rollout, long epoch) {
    return new Order(
        "printf 'not wanted' | \"$deadman\" revert --epoch %d --rollout %s"
            .formatted(epoch, rollout),
        m ->
            new Deadman(m)
                .revert(m.new Job("revert"), Long.toString(epoch), rollout, "not wanted"));
  }

  private static Order status() {
    return new Order("\"$deadman\" status", m -> new Deadman(m).status());
  }

  private static Order changeStatus() {
    return new Order("\"$change\" status", m -> new Change(m).status());
  }

  private static Order tick() {
    return new Order(
        "\"$deadman\" tick",
        m -> {
          new Deadman(m).tick();
          return "";
        });
  }

  private static Order forget() {
    return new Order("\"$change\" forget", m -> new Change(m).forget());
  }

  /** Its time is over. */
  private static Order expire() {
    return new Order(
        "set_lease deadline-uptime 1",
        m -> {
          m.lease.ifPresent(lease -> lease.deadlineUptime = 1);
          return "";
        });
  }

  /** As if it had been armed in an earlier boot, of which the memory is gone. */
  private static Order restart() {
    return new Order(
        "restarted",
        m -> {
          m.lease.ifPresent(lease -> {
            lease.armedBoot = 0;
            lease.deadlineBoot = 0;
            lease.bootsSeen.clear();
            lease.bootsSeen.add(0);
          });
          m.cutting = false;
          return "";
        });
  }

  private static Order stopTimer() {
    return new Order(
        "rm -f \"$WORLD/timer-active\"",
        m -> {
          m.timerActive = false;
          return "";
        });
  }

  /** As {@code talk} tells it. */
  static String state(Machine machine) {
    Optional<LeaseFile> lease = machine.lease;
    return "%s|%s|%s|%s|%s"
        .formatted(
            lease.map(l -> l.condition.word() + "\t" + l.reason).orElse(""),
            machine.epoch == 0 ? "" : Long.toString(machine.epoch),
            machine.installed.get("m"),
            machine.loaded,
            machine.timerActive && machine.timerEnabled ? "ticks" : "idle");
  }

  static boolean isStuck(Machine machine) {
    return machine.lease.filter(l -> l.condition == Condition.REVERT_FAILED).isPresent();
  }
}
