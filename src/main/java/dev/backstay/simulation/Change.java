package dev.backstay.simulation;

import dev.backstay.simulation.LeaseFile.Condition;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * The rules of the program {@code change}, as {@code ConformanceTest} holds them equal to it. Each
 * method is called with the machine's lock held, and lets go of it while time passes.
 */
final class Change {
  private static final int FAILED = 1;
  private static final int REVERT_FAILED = 2;
  private static final int REFUSED = 4;

  /** As measured on gateways of the lab. */
  private static final double INSTALL = 4;

  private static final double CUT = 0.7;
  private static final double KICK = 3;
  private static final double SCRIPT = 0.3;

  /** Below this, dpkg cannot unpack; the reserve of a lease is as large. */
  private static final long ROOM_KIB = 1024;

  private final Machine machine;

  Change(Machine machine) {
    this.machine = machine;
  }

  private static Answer.Refusal refuse(int status, String sentence) {
    return new Answer.Refusal(status, sentence);
  }

  private void mark(LeaseFile lease, String name) {
    lease.times.put(name, Math.floor(machine.uptime() * 100) / 100);
  }

  /** As a unit of the gateway's own. Asked twice, it starts nothing twice. */
  String start(String key) {
    Optional<LeaseFile> here = machine.lease;
    if (here.filter(lease -> lease.key().equals(key)).isEmpty()) {
      throw refuse(
          REFUSED,
          "the lease here is of rollout %s, attempt %s"
              .formatted(
                  here.map(l -> l.rollout).orElse("none"),
                  here.map(l -> Integer.toString(l.attempt)).orElse("none")));
    }
    Condition now = here.get().condition;
    if (now == Condition.ARMED) {
      machine.background("change", this::apply);
    }
    return now.word() + "\n";
  }

  String apply() {
    LeaseFile lease = machine.lease.orElseThrow(() -> refuse(REFUSED, "there is no lease"));
    switch (lease.condition) {
      case ARMED -> {}
      case APPLIED, CONFIRMED -> {
        return lease.condition.word() + "\n";
      }
      case APPLYING, REVERTING, REVERTED, REVERT_FAILED ->
          throw refuse(REFUSED, "the change is " + lease.condition.word());
    }
    if (machine.changing.isPresent()) {
      throw refuse(REFUSED, "another change is running");
    }
    if (!machine.timerActive) {
      throw refuse(REFUSED, "the dead-man timer is not active: nothing would undo this change");
    }
    if (!isOpen(lease)) {
      throw refuse(REFUSED, "the lease is over");
    }
    Machine.Job job = machine.new Job("apply");
    machine.changing = Optional.of(job);
    try {
      lease.set(Condition.APPLYING, "");
      machine.tell(Witness.What.APPLY, lease.key());
      mark(lease, "apply-begin");
      lease.recorded = true;
      lease.moduleBefore = machine.loaded;
      Optional<String> failure = carryOut(job, lease);
      if (failure.isPresent()) {
        lease.set(Condition.REVERTING, failure.get());
        boolean back = undo(job, lease, failure.get());
        throw refuse(back ? FAILED : REVERT_FAILED, failure.get());
      }
      mark(lease, "apply-end");
      lease.set(Condition.APPLIED, "");
      machine.tell(Witness.What.APPLIED, lease.key());
      return "";
    } finally {
      free(job);
    }
  }

  private void free(Machine.Job job) {
    if (machine.changing.filter(running -> running == job).isPresent()) {
      machine.changing = Optional.empty();
    }
  }

  private boolean isOpen(LeaseFile lease) {
    return lease.deadlineBoot == machine.boot() && machine.uptimeSeconds() < lease.deadlineUptime;
  }

  /** Why it failed. */
  private Optional<String> carryOut(Machine.Job job, LeaseFile lease) {
    mark(lease, "install-begin");
    if (!install(job, lease, false)) {
      return Optional.of("the new packages could not be installed: dpkg: error: no space left");
    }
    mark(lease, "install-end");
    if (lease.change.reloads() && !cut(job, lease, "cut")) {
      return Optional.of(
          "the module on the disk does not load: modprobe: ERROR: could not insert wireguard:"
              + " Unknown symbol in module");
    }
    if (lease.change.kick()) {
      job.pause(KICK);
      mark(lease, "kick-end");
    }
    if (lease.change.drains().isPresent()) {
      job.pause(SCRIPT);
      machine.drain(lease.change.drains().get());
    }
    return isOpen(lease)
        ? Optional.empty()
        : Optional.of("the lease ran out while the change was applied");
  }

  private boolean install(Machine.Job job, LeaseFile lease, boolean old) {
    if (machine.freeKib < ROOM_KIB && !old) {
      return false;
    }
    if (!lease.change.packages().isEmpty()) {
      machine.halfInstalled = true;
      job.pause(INSTALL * (0.8 + 0.4 * machine.random.nextDouble()));
      machine.halfInstalled = false;
    }
    lease.change.packages().forEach(p -> machine.installed.put(p.name(), old ? p.from() : p.to()));
    return true;
  }

  /** Module out, module in, and the interfaces again. */
  private boolean cut(Machine.Job job, LeaseFile lease, String prefix) {
    lease.cut = true;
    machine.cutting = true;
    double began = machine.uptime();
    machine.interfacesUp = false;
    machine.loaded = "";
    job.pause(CUT);
    if (!machine.fate.loads(machine.name, machine.moduleOnDisk())) {
      return false;
    }
    machine.loaded = machine.moduleOnDisk();
    machine.interfacesAreMade(lease.change.kick());
    machine.cutting = false;
    lease.times.put(prefix + "-begin", began);
    mark(lease, prefix + "-end");
    return true;
  }

  String revert(Machine.Job job, String why) {
    LeaseFile lease = machine.lease.orElseThrow(() -> refuse(REFUSED, "there is no lease"));
    switch (lease.condition) {
      case ARMED, APPLYING, APPLIED, CONFIRMED, REVERT_FAILED ->
          lease.set(Condition.REVERTING, why);
      case REVERTING -> {}
      case REVERTED -> {
        return "reverted\n";
      }
    }
    if (machine.changing.isPresent()) {
      if (!machine.changing.get().verb().equals("apply")) {
        return "reverting\n";
      }
      // An apply that still runs is ended, not waited for.
      machine.changing.get().kill();
    }
    machine.changing = Optional.of(job);
    try {
      if (!undo(job, lease, lease.reason)) {
        throw refuse(REVERT_FAILED, "the revert failed");
      }
      return "reverted\n";
    } finally {
      free(job);
    }
  }

  private boolean undo(Machine.Job job, LeaseFile lease, String why) {
    lease.tries++;
    mark(lease, "revert-begin");
    if (lease.change.drains().isPresent() && lease.recorded) {
      job.pause(SCRIPT);
      machine.bringBack(lease.change.drains().get());
    }
    if (machine.halfInstalled || !hasOldPackages(lease)) {
      install(job, lease, true);
    }
    boolean cut = false;
    if (lease.change.reloads() && cutIsNeeded(lease)) {
      if (!cut(job, lease, "revert-cut")) {
        return false;
      }
      lease.cut = false;
      cut = true;
    }
    if (lease.recorded && lease.change.kick() && (cut || !lease.change.reloads())) {
      job.pause(KICK);
    }
    if (lease.change.reloads() && lease.recorded && !machine.interfacesUp) {
      machine.interfacesAreMade(false);
    }
    if (lease.change.reloads()
        && !lease.moduleBefore.isEmpty()
        && !machine.loaded.equals(lease.moduleBefore)) {
      return false;
    }
    mark(lease, "revert-end");
    lease.set(Condition.REVERTED, why);
    machine.tell(Witness.What.REVERTED, lease.key());
    return true;
  }

  private boolean hasOldPackages(LeaseFile lease) {
    return lease.change.packages().stream()
        .allMatch(p -> p.from().equals(machine.installed.get(p.name())));
  }

  private boolean cutIsNeeded(LeaseFile lease) {
    boolean here = lease.armedBoot == machine.boot();
    boolean stale = !machine.loaded.isEmpty() && !machine.loaded.equals(machine.moduleOnDisk());
    // After a restart with a module that does not load, nothing is there at all.
    return machine.cutting || (lease.cut && here) || stale || (!here && machine.loaded.isEmpty());
  }

  String status() {
    StringJoiner line = new StringJoiner("\t", "", "\n");
    line.add(machine.lease.map(l -> l.condition.word()).orElse("none"));
    line.add("running=" + (machine.changing.isPresent() ? "yes" : "no"));
    machine
        .lease
        .map(l -> l.times)
        .orElse(Map.of())
        .forEach((name, uptime) -> line.add("%s=%.2f".formatted(name, uptime)));
    line.add("reason=" + machine.lease.map(l -> l.reason).orElse(""));
    return line.toString();
  }

  /** The gateway calls its peers, while its change is in place or after it was taken back. */
  String call(Machine.Job job) {
    Condition now =
        machine
            .lease
            .map(l -> l.condition)
            .orElseThrow(() -> refuse(REFUSED, "the change is none"));
    if (machine.changing.isPresent()) {
      throw refuse(REFUSED, "another change is running");
    }
    if (now != Condition.APPLIED && now != Condition.REVERTED) {
      throw refuse(REFUSED, "the change is " + now.word());
    }
    machine.peersAreCalled();
    job.pause(KICK);
    return "";
  }

  String forget() {
    machine
        .lease
        .filter(lease -> !lease.condition.isOver())
        .ifPresent(lease -> {
          throw refuse(
              REFUSED,
              "the change is %s, and its old files are its way back"
                  .formatted(lease.condition.word()));
        });
    return "";
  }
}
