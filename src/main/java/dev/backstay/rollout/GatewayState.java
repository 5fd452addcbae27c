package dev.backstay.rollout;

import dev.backstay.transaction.Ending;
import dev.backstay.transaction.Resumption;
import dev.backstay.transaction.Step;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One gateway of a rollout, as the journal has it. Changed by {@link RolloutState} alone, while it
 * reads the journal.
 */
public final class GatewayState {
  private final int wave;
  private final Map<String, Map<String, String>> facts = new LinkedHashMap<>();
  private int attempt = 1;
  private String step = "";
  private boolean stepping;
  private String detail = "";
  private Optional<Then> then = Optional.empty();
  private boolean meantToConfirm;
  private boolean goingBack;
  private boolean asked;
  private boolean away;
  private boolean released;
  private Optional<Event.WayBack> noWayBack = Optional.empty();
  private Optional<Event.Judged> verdict = Optional.empty();
  private Optional<Event.Tried> trial = Optional.empty();
  private Optional<Event.GatewayEnded> end = Optional.empty();

  GatewayState(int wave) {
    this.wave = wave;
  }

  /** From 1. */
  public int wave() {
    return wave;
  }

  /** That is running, or that will be next; from 1. */
  public int attempt() {
    return attempt;
  }

  /** The step that began last, in a word; empty before the first of this attempt. */
  public String step() {
    return step;
  }

  /** Whether that step has not ended. */
  public boolean stepping() {
    return stepping;
  }

  /** Of the step that ended last. */
  public String detail() {
    return detail;
  }

  /** A fact that a step told, such as {@code cut-begin} of {@code apply}. */
  public Optional<String> fact(String ofStep, String name) {
    return Optional.ofNullable(facts.getOrDefault(ofStep, Map.of()).get(name));
  }

  /** What it was before its change, once that is about to begin. */
  public Optional<Then> then() {
    return then;
  }

  /** Whether it was about to be confirmed. */
  public boolean meantToConfirm() {
    return meantToConfirm;
  }

  /** Whether it is to be taken back although it was confirmed. */
  public boolean goingBack() {
    return goingBack;
  }

  /** Whether what it says must be asked, because another controller began with it. */
  public boolean mustBeAsked() {
    return asked;
  }

  /**
   * Whether clients may be elsewhere than they were: its own, or those that it took over, were sent
   * away, and neither seen to be back nor left there for good.
   */
  public boolean away() {
    return away;
  }

  /** Whether clients that it took over are its own for good. */
  public boolean released() {
    return released;
  }

  /** Whether it has its old state back, and of the clients that it had before the change nobody. */
  public boolean deserted() {
    return endedAs(Ending.REVERTED)
        && fact(Step.REVERT.word(), "back").filter("0"::equals).isPresent()
        && fact(Step.REVERT.word(), "eligible").filter(count -> !count.equals("0")).isPresent();
  }

  /** Why clients that it took over could not go back now; nothing if they could, or have. */
  public Optional<String> noWayBack() {
    return noWayBack.map(Event.WayBack::why);
  }

  public Optional<Event.Judged> verdict() {
    return verdict;
  }

  /** How its attempt came out. */
  public Optional<Event.Tried> trial() {
    return trial;
  }

  public Optional<Event.GatewayEnded> end() {
    return end;
  }

  public boolean hasBegun() {
    return !step.isEmpty();
  }

  public boolean endedAs(Ending ending) {
    return end.filter(one -> one.ending().equals(ending.word())).isPresent();
  }

  /** Its attempt came to nothing good. */
  public boolean failed() {
    return trial.filter(one -> one.trial().bad()).isPresent();
  }

  /** Its turn came, and it was left alone. */
  public boolean withheld() {
    return trial.filter(one -> one.trial() == Trial.WITHHELD).isPresent();
  }

  public boolean passed() {
    return trial.filter(one -> one.trial().good()).isPresent();
  }

  void began(Event.StepBegan began) {
    step = began.step();
    stepping = true;
    detail = "";
    meantToConfirm |= step.equals(Step.CONFIRM.word());
    away |= step.equals(Step.DRAIN.word()) || step.equals(Step.SWITCH.word());
  }

  void ended(Event.StepEnded ended) {
    facts.put(ended.step(), ended.facts());
    boolean done = ended.result().equals("done");
    released |= done && ended.step().equals(Step.RELEASE.word());
    away &= !(done && ended.step().equals(Step.RETURN.word())) && !released;
    step = ended.step();
    stepping = false;
    detail =
        done ? ended.detail() : ended.result().toUpperCase(Locale.ROOT) + ": " + ended.detail();
  }

  void remembered(Then before) {
    then = Optional.of(before);
  }

  /** Where nothing was changed the gateway begins anew, as a further attempt. */
  void probed(Resumption decision) {
    asked = false;
    if (decision == Resumption.AGAIN || decision == Resumption.DISARM) {
      attempt++;
      step = "";
      stepping = false;
      detail = "";
      then = Optional.empty();
      meantToConfirm = false;
      verdict = Optional.empty();
    }
  }

  void wayBack(Event.WayBack way) {
    noWayBack = way.ready() ? Optional.empty() : Optional.of(way);
  }

  void wentBack() {
    noWayBack = Optional.empty();
  }

  void judged(Event.Judged judged) {
    verdict = Optional.of(judged);
  }

  void tried(Event.Tried tried) {
    stepping = false;
    asked = false;
    trial = Optional.of(tried);
  }

  /** What it was found to be is asked again, unless it has ended or goes back anyway. */
  void resumed() {
    stepping = false;
    if (end.isEmpty() && hasBegun() && !goingBack) {
      asked = true;
      trial = Optional.empty();
    }
  }

  void takingBack() {
    goingBack = true;
    end = Optional.empty();
  }

  void ended(Event.GatewayEnded ended) {
    stepping = false;
    asked = false;
    end = Optional.of(ended);
  }
}
