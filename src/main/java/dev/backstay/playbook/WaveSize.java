package dev.backstay.playbook;

/** How many gateways a wave takes, or what stands between two waves. */
public sealed interface WaveSize {
  /** A number of gateways, at least 1. */
  record Count(int gateways) implements WaveSize {}

  /** A share of all selected gateways, rounded up, so that a wave is never empty. */
  record Share(Percent percent) implements WaveSize {}

  /** All that are left. Only as the last wave. */
  record Rest() implements WaveSize {}

  /** No wave: a person is asked before the next one. Neither first nor last. */
  record Ask() implements WaveSize {}
}
