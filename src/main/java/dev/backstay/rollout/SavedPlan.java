package dev.backstay.rollout;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.backstay.change.Diversion;
import dev.backstay.change.GatewayChange;
import dev.backstay.change.KnownTrouble;
import dev.backstay.change.Packages;
import dev.backstay.playbook.Ordinary;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.Traffic;
import dev.backstay.playbook.Units;
import dev.backstay.regression.KnownRegression;
import dev.backstay.transaction.Order;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A plan as it is kept, shown and approved: text and numbers only, so that it can be read in ten
 * years. A rollout is held to it: what it is made of is asked again before anything changes.
 *
 * @param format of the file; {@value #FORMAT} is written
 * @param id names the plan: the playbook's name and when it was made
 * @param author who made it
 * @param playbook the whole text is kept: the file may be edited meanwhile
 * @param inventory only its digest is kept
 * @param gateways every one that is selected
 * @param rules what it is judged and bounded by, by name, in words
 * @param waveSeconds the worst case of one wave
 * @param worstSeconds the worst case of all of it, without waiting for people and windows
 * @param approvalSeconds how long an approval holds
 * @param cannotUndo what stays as it is after a way back, each as a sentence
 * @param troubles that are known with what gateways are changed to; left out of the file where
 *     there are none, as plans had it before there was a table of them
 * @param control gateways that are changed last and watched until then; left out likewise
 */
public record SavedPlan(
    int format,
    String id,
    Instant made,
    String author,
    Source playbook,
    Source inventory,
    List<Entry> gateways,
    List<Wave> waves,
    SortedMap<String, String> rules,
    long waveSeconds,
    long worstSeconds,
    long approvalSeconds,
    List<String> cannotUndo,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Trouble> troubles,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> control) {
  public static final int FORMAT = 1;

  private static final String ORDINARY = "ordinary";

  /**
   * A file that the plan was made from.
   *
   * @param sha256 of its bytes, in hex
   * @param text whole, or empty where it is not kept
   */
  public record Source(String file, String sha256, String text) {}

  /**
   * One gateway.
   *
   * @param clients active when the plan was made; they come and go
   * @param facts that the plan rests on, by name
   * @param what will change, in one line
   * @param changes exact, each in a line; none where nothing is to do
   */
  public record Entry(
      String name,
      String platform,
      int clients,
      SortedMap<String, String> facts,
      String what,
      List<String> changes) {
    public Entry {
      changes = List.copyOf(changes);
    }

    /** What a gateway is held to when its turn comes, however long after the plan that is. */
    List<String> packages() {
      return changes.stream().filter(line -> line.startsWith(Packages.WORD + " ")).toList();
    }
  }

  /**
   * A row of the table of known regressions, and who is in it.
   *
   * @param id of the row
   * @param sentence what goes wrong, how it shows, and where that is from
   * @param fresh gateways that the change brings into it
   * @param already gateways that are in it before as well
   */
  public record Trouble(
      String id, String sentence, String advice, List<String> fresh, List<String> already) {
    public Trouble {
      fresh = List.copyOf(fresh);
      already = List.copyOf(already);
    }

    boolean concerns(String gateway) {
      return fresh.contains(gateway) || already.contains(gateway);
    }
  }

  public SavedPlan {
    gateways = List.copyOf(gateways);
    waves = List.copyOf(waves);
    cannotUndo = List.copyOf(cannotUndo);
    troubles = troubles == null ? List.of() : List.copyOf(troubles);
    control = control == null ? List.of() : List.copyOf(control);
  }

  public static SavedPlan of(
      Plan plan, Source playbook, Source inventory, String author, Instant made) {
    Playbook rules = plan.playbook();
    return new SavedPlan(
        FORMAT,
        rules.name() + "-" + Stamp.of(made),
        made,
        author,
        playbook,
        inventory,
        plan.gateways().stream().map(one -> entry(one, rules.traffic())).toList(),
        plan.waves(),
        rules(plan, made),
        WorstCase.ofWave(rules).toSeconds(),
        WorstCase.ofAll(rules, plan.waves().size()).toSeconds(),
        rules.approval().expires().toSeconds(),
        cannotUndo(plan),
        troubles(plan),
        plan.control());
  }

  private static List<Trouble> troubles(Plan plan) {
    return plan.gateways().stream()
        .flatMap(one -> one.troubles().stream().map(KnownTrouble::row))
        .distinct()
        .map(row ->
            new Trouble(
                row.id(), row.sentence(), row.advice(), in(row, plan, false), in(row, plan, true)))
        .toList();
  }

  private static List<String> in(KnownRegression row, Plan plan, boolean already) {
    return plan.gateways().stream()
        .filter(one -> one.troubles().contains(new KnownTrouble(row, already)))
        .map(Plan.Planned::name)
        .toList();
  }

  /** Each a sentence. */
  List<String> troublesOf(String gateway) {
    return troubles.stream()
        .filter(trouble -> trouble.concerns(gateway))
        .map(Trouble::sentence)
        .toList();
  }

  private static Entry entry(Plan.Planned planned, Optional<Traffic> traffic) {
    return new Entry(
        planned.name(),
        planned.facts().platform(),
        planned.facts().activeClients(),
        Fingerprint.of(planned.facts()),
        what(planned.change(), traffic.flatMap(Traffic::takeover)),
        changes(planned.change(), traffic));
  }

  private static String what(GatewayChange change, Optional<Traffic.Takeover> takeover) {
    String over = takeover.map(of -> "takes over the clients of " + of.from()).orElse("");
    if (change.nothingToDo()) {
      return over;
    }
    return change.what() + activation(change) + (over.isEmpty() ? "" : ", then " + over);
  }

  private static String activation(GatewayChange change) {
    String interfaces = String.join(", ", change.interfaces());
    return switch (change.activate()) {
      case NONE -> ", nothing is restarted for it";
      case RELOAD_MODULE, RESTART_INTERFACE ->
          ", then %s on %s".formatted(change.activate().word(), interfaces);
      case REBOOT -> ", then a restart, which takes %s away for as long".formatted(interfaces);
    };
  }

  private static List<String> changes(GatewayChange change, Optional<Traffic> traffic) {
    if (change.nothingToDo() && traffic.flatMap(Traffic::takeover).isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>(change.diff());
    lines.add("activate " + change.activate().word());
    traffic.map(Diversion::lines).ifPresent(lines::addAll);
    return lines;
  }

  private static SortedMap<String, String> rules(Plan plan, Instant made) {
    SortedMap<String, String> rules = rules(plan.playbook());
    if (!plan.control().isEmpty()) {
      rules.put(
          "control",
          "clients of %s, which %s changed last and watched until then"
              .formatted(
                  Sentences.some(plan.control()), plan.control().size() == 1 ? "is" : "are"));
    }
    List<Instant> known =
        plan.gateways().stream().flatMap(one -> one.known().stream()).sorted().toList();
    if (!known.isEmpty()) {
      rules.put(
          "facts",
          "of %d gateways up to %d min old; all are asked again before anything changes"
              .formatted(
                  known.size(),
                  Math.ceilDiv(Duration.between(known.getFirst(), made).toSeconds(), 60)));
    }
    return rules;
  }

  /** Whether the gates of a playbook know the same measurement as those of this plan. */
  public boolean calibratedLike(Playbook other) {
    return Optional.ofNullable(rules.get(ORDINARY))
        .equals(other.gates().ordinary().map(Ordinary::toString));
  }

  private static SortedMap<String, String> rules(Playbook playbook) {
    SortedMap<String, String> words =
        new TreeMap<>(
            Map.of(
                "handshakes",
                "healthy up to %s, broken from %s"
                    .formatted(playbook.gates().healthy(), playbook.gates().broken()),
                "silent",
                "at most " + playbook.gates().silent(),
                "stalled",
                "at most " + playbook.gates().stalled(),
                "window",
                playbook.observe().window().toSeconds() + " s",
                "lease",
                "%d s to apply, %d s to confirm"
                    .formatted(
                        playbook.lease().apply().toSeconds(),
                        playbook.lease().confirm().toSeconds()),
                "failures",
                playbook.limits().failed().count() == 0
                    ? "no gateway may fail"
                    : "at most %s of the gateways may fail, none in the first wave"
                        .formatted(playbook.limits().failed()),
                "on failure",
                playbook.rollbackAll() ? "everything goes back" : "the wave goes back"));
    if (playbook.gates().probe()) {
      words.put(
          "probe", "a probe of our own gets through, before the change and all the time after");
    }
    if (playbook.gates().fewClients()) {
      words.put("few clients", "accepted");
    }
    playbook.gates().ordinary().ifPresent(one -> words.put(ORDINARY, one.toString()));
    playbook.traffic().ifPresent(traffic -> words.put("traffic", traffic(playbook, traffic)));
    return words;
  }

  private static String traffic(Playbook playbook, Traffic traffic) {
    if (traffic.takeover().isPresent()) {
      Traffic.Takeover takeover = traffic.takeover().get();
      return "%s sends the clients of %s over, and by itself back after %d s without a verdict; then %s stays ready for %s, and the clients go back by themselves %s after the last look at them"
          .formatted(
              String.join(", ", traffic.hosts()),
              takeover.from(),
              Order.onTrialAtMost(playbook, traffic).toSeconds(),
              takeover.from(),
              Units.words(takeover.keep()),
              Units.words(takeover.unwatched()));
    }
    return "%s sends the clients elsewhere, one gateway at a time, and by itself back after %d s at most"
        .formatted(
            String.join(", ", traffic.hosts()), Order.awayAtMost(playbook, traffic).toSeconds());
  }

  /** True of every way back, and better read before than after. */
  private static List<String> cannotUndo(Plan plan) {
    List<String> sentences = new ArrayList<>();
    boolean packages =
        plan.gateways().stream().anyMatch(one -> one.change().part(Packages.class).isPresent());
    if (packages) {
      sentences.add(
          "what the maintainer scripts of packages do outside of their packages: they run again on"
              + " the way back, and nobody knows more");
    }
    if (plan.front().old().isPresent()) {
      sentences.add(
          "sessions: every client shakes hands anew with the new gateway, and with the old one if it"
              + " goes back; one that only keeps alive may take 200 s");
    }
    switch (plan.playbook().change().activate()) {
      case NONE -> {}
      case RELOAD_MODULE, RESTART_INTERFACE -> {
        if (plan.front().old().isEmpty()) {
          sentences.add("sessions: every client shakes hands anew, there and back");
        }
      }
      case REBOOT ->
          sentences.add(
              "the restarts: one to the new kernel, one back, and every client shakes hands anew"
                  + " after each");
    }
    return sentences;
  }

  /** The entry of a gateway. */
  Map<String, Entry> byName() {
    Map<String, Entry> entries = new TreeMap<>();
    gateways.forEach(entry -> entries.put(entry.name(), entry));
    return entries;
  }

  public boolean nothingToDo() {
    return waves.isEmpty();
  }

  public int size() {
    return waves.stream().mapToInt(wave -> wave.choices().size()).sum();
  }
}
