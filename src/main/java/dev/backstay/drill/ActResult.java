package dev.backstay.drill;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What was measured in one rollout of the demo.
 *
 * @param outcome how it ended, in words
 * @param toVerdict seconds from the change to the verdict
 * @param toRestored seconds from the verdict to the old state with all its clients
 * @param clientsBack of how many, at the end
 * @param lastBack seconds until the last client was back
 * @param pings that the gateway's clients sent meanwhile
 * @param differences from what was announced; empty when there are none
 */
record ActResult(
    String title,
    String outcome,
    OptionalDouble toVerdict,
    OptionalDouble toRestored,
    String clientsBack,
    OptionalDouble lastBack,
    Pings pings,
    List<String> differences) {
  ActResult {
    differences = List.copyOf(differences);
  }
}
