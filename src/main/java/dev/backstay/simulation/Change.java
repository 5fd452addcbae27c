package dev.backstay.simulation;

import dev.backstay.simulation.LeaseFile.Condition;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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
  private static final double SETTING = 0.2;

  /** A restart that has not happened by then does not happen. */
  private static final double RESTART = 100;

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

  /** As a unit of the gateway's own. Asked twice, it starts nothing twice, however late. */
  String start(String key) {
    Optional<LeaseFile> here = machine.lease;
    if (here.filter(lease -> lease.key().equals(key)).isEmpty()) {
      Optional<LeaseFile> past = machine.past(key);
      if (past.isPresent()) {
        return past.get().condition.word() + "\n";
      }
      throw refuse(
          REFUSED,
          "the lease here is of rollout %s, attempt %s"
              .formatted(
                  here.map(l -> l.rollout).orElse("none"),
                  here.map(l -> Integer.toString(l.attempt)).orElse("none")));
    }
    Condition now = here.get().condition;
    if (now == Condition.ARMED || now == Condition.REBOOTING) {
      machine.background("change", this::apply);
    }
    return now.word() + "\n";
  }

  String apply() {
    LeaseFile lease = machine.lease.orElseThrow(() -> refuse(REFUSED, "there is no lease"));
    switch (lease.condition) {
      case ARMED -> {}
      case REBOOTING -> {
        return afterRestart(lease);
      }
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
      keep(lease);
      ending(job, lease, carryOut(job, lease));
      return "";
    } finally {
      free(job);
    }
  }

  private void keep(LeaseFile lease) {
    lease.recorded = true;
    lease.moduleBefore = machine.loaded;
    lease.settingsBefore.putAll(machine.settingsOnDisk);
    if (lease.change.kernel().isPresent()) {
      lease.kernelBefore = Optional.of(machine.kernel);
      lease.defaultBefore = machine.defaultKernel;
    }
  }

  /** The way back begins at once and here, whoever is connected. */
  private void ending(Machine.Job job, LeaseFile lease, Optional<String> failure) {
    if (failure.isPresent()) {
      if (lease.condition == Condition.APPLYING || lease.condition == Condition.REBOOTING) {
        lease.set(Condition.REVERTING, failure.get());
      }
      boolean back = undo(job, lease, failure.get());
      throw refuse(back ? FAILED : REVERT_FAILED, failure.get());
    }
    if (lease.condition == Condition.APPLYING) {
      mark(lease, "apply-end");
      lease.set(Condition.APPLIED, "");
      machine.tell(Witness.What.APPLIED, lease.key());
    }
  }

  /** In the boot that the change asked for, or in another one that it has to make do with. */
  private String afterRestart(LeaseFile lease) {
    if (lease.restarted.orElse(0) == machine.boot()) {
      return "rebooting\n";
    }
    if (machine.changing.isPresent()) {
      throw refuse(REFUSED, "another change is running");
    }
    if (!isOpen(lease)) {
      throw refuse(REFUSED, "the lease is over");
    }
    Machine.Job job = machine.new Job("apply");
    machine.changing = Optional.of(job);
    try {
      lease.set(Condition.APPLYING, "");
      ending(job, lease, inNewBoot(job, lease));
      return "";
    } finally {
      free(job);
    }
  }

  private Optional<String> inNewBoot(Machine.Job job, LeaseFile lease) {
    String wanted = lease.change.kernel().orElse(machine.kernel);
    if (!machine.kernel.equals(wanted)) {
      return Optional.of("the kernel %s came up, not %s".formatted(machine.kernel, wanted));
    }
    if (!waitForLinks(job)) {
      return Optional.of("the interface wg0 did not come up after the restart");
    }
    lease.times.put("cut-begin", 0.0);
    mark(lease, "cut-end");
    if (lease.change.kick()) {
      machine.callPeers();
      job.pause(KICK);
      mark(lease, "kick-end");
    }
    return inTime(lease);
  }

  private boolean waitForLinks(Machine.Job job) {
    for (int left = 120; left > 0 && !machine.interfacesUp; left--) {
      job.pause(0.5);
    }
    return machine.interfacesUp;
  }

  private void free(Machine.Job job) {
    if (machine.changing.filter(running -> running == job).isPresent()) {
      machine.changing = Optional.empty();
    }
  }

  private boolean isOpen(LeaseFile lease) {
    return lease.deadlineBoot == machine.boot()
        ? machine.uptimeSeconds() < lease.deadlineUptime
        : lease.restarted.isPresent() && machine.uptimeSeconds() < lease.seconds;
  }

  /** Why it failed. */
  private Optional<String> carryOut(Machine.Job job, LeaseFile lease) {
    if (lease.change.restarts()) {
      // What is installed must not become the default by being the newest.
      machine.defaultKernel = machine.kernel;
    }
    mark(lease, "install-begin");
    if (!install(job, lease, false)) {
      return Optional.of("the new packages could not be installed: dpkg: error: no space left");
    }
    mark(lease, "install-end");
    set(job, lease.change.settings());
    if (lease.change.reloads() && !cut(job, lease, "cut")) {
      return Optional.of(
          "the module on the disk does not load: modprobe: ERROR: could not insert wireguard:"
              + " Unknown symbol in module");
    }
    if (lease.change.restarts()) {
      return restart(lease);
    }
    if (lease.change.kick()) {
      job.pause(KICK);
      mark(lease, "kick-end");
    }
    if (lease.change.drains().isPresent()) {
      job.pause(SCRIPT);
      machine.drain(lease.change.drains().get(), lease.change.heir());
    }
    return inTime(lease);
  }

  private Optional<String> inTime(LeaseFile lease) {
    return lease.condition == Condition.APPLYING && isOpen(lease)
        ? Optional.empty()
        : Optional.of("the lease ran out while the change was applied");
  }

  /** Down, with one boot of the new kernel chosen. */
  private Optional<String> restart(LeaseFile lease) {
    machine.nextKernel = lease.change.kernel();
    lease.restarted = OptionalInt.of(machine.boot());
    Optional<String> late = inTime(lease);
    if (late.isPresent()) {
      return late;
    }
    // Whatever the clock says after the restart, what is left now is what there will be.
    lease.seconds = lease.deadlineUptime - machine.uptimeSeconds();
    lease.maxLeft = OptionalLong.of(lease.maxUptime - machine.uptimeSeconds());
    lease.set(Condition.REBOOTING, "");
    machine.restart();
    return Optional.empty();
  }

  private void set(Machine.Job job, Map<String, String> settings) {
    settings.forEach((name, value) -> {
      if (!value.equals(machine.settingsOnDisk.get(name))
          || !value.equals(machine.settings.get(name))) {
        job.pause(SETTING);
        machine.isSet(name, value);
      }
    });
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
    lease.change.packages().forEach(p -> machine.isInstalled(p.name(), old ? p.from() : p.to()));
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
      case ARMED, APPLYING, REBOOTING, APPLIED, CONFIRMED, REVERT_FAILED ->
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
      machine.bringBack(lease.change.drains().get(), lease.change.heir());
    }
    if (lease.kernelBefore.isPresent() && !leaveNewKernel(job, lease)) {
      return false;
    }
    set(job, lease.settingsBefore);
    if (machine.halfInstalled || !hasOldPackages(lease)) {
      install(job, lease, true);
    }
    if (lease.kernelBefore.isPresent()) {
      machine.defaultKernel = lease.defaultBefore;
    }
    boolean cut = false;
    if (lease.change.reloads() && cutIsNeeded(lease)) {
      if (!cut(job, lease, "revert-cut")) {
        return false;
      }
      lease.cut = false;
      cut = true;
    }
    boolean restarted = lease.restarted.isPresent() && lease.armedBoot != machine.boot();
    if (restarted) {
      startUnits();
      lease.times.put("revert-cut-begin", 0.0);
      mark(lease, "revert-cut-end");
      if (lease.change.kick()) {
        machine.callPeers();
      }
    }
    boolean calls = cut || restarted || lease.change.activate().equals("none");
    if (lease.recorded && lease.change.kick() && calls) {
      job.pause(KICK);
    }
    if (lease.change.reloads() && lease.recorded) {
      startUnits();
    }
    if (lease.change.reloads()
        && !lease.moduleBefore.isEmpty()
        && !machine.loaded.equals(lease.moduleBefore)) {
      return false;
    }
    if (lease.kernelBefore.filter(old -> !old.equals(machine.kernel)).isPresent()) {
      return false;
    }
    mark(lease, "revert-end");
    lease.set(Condition.REVERTED, why);
    machine.tell(Witness.What.REVERTED, lease.key());
    return true;
  }

  /** What has its own unit is brought up from its file. */
  private void startUnits() {
    if (!machine.interfacesUp) {
      machine.interfacesAreMade(false);
    }
  }

  /** The old kernel is the default and, if the new one runs, is restarted into. */
  private boolean leaveNewKernel(Machine.Job job, LeaseFile lease) {
    back(lease);
    if (!lease.change.kernel().equals(Optional.of(machine.kernel))) {
      return true;
    }
    mark(lease, "revert-restart");
    machine.restart();
    // The tick of the next boot goes on.
    job.pause(RESTART);
    return false;
  }

  /** The next restart ends in the old kernel. */
  void back(LeaseFile lease) {
    lease.kernelBefore.ifPresent(old -> {
      machine.nextKernel = Optional.empty();
      machine.defaultKernel = old;
    });
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

  /** Confirmed: a new kernel becomes what boots. */
  void settle(LeaseFile lease) {
    lease
        .change
        .kernel()
        .ifPresent(wanted -> {
          if (!machine.kernel.equals(wanted)) {
            throw refuse(FAILED, "what the change leaves for its confirmation could not be done");
          }
          machine.defaultKernel = wanted;
        });
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
