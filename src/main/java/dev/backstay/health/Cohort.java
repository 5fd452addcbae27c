package dev.backstay.health;

/**
 * Clients whose outcome became due together: each is looked at when it is as old as three
 * unanswered initiations, and not before, whether it had come back sooner or not. Otherwise those
 * who come back count at once and those who fail only later, and a broken version would be accepted
 * in between (wireguard.md §1.11, the censoring trap).
 *
 * @param second after the change, at whose end they were due
 * @param clients that had asked or been asked, and were due
 * @param failed of those, as of the last observation
 */
public record Cohort(int second, int clients, int failed) {
  Sample sample() {
    return new Sample(clients, failed);
  }
}
