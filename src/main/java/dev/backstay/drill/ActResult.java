package dev.backstay.drill;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What an act of the demo has shown. Times in seconds.
 *
 * @param outcome how it ended, in words
 * @param toVerdict from the moment the new module took effect to the verdict, by the gateway's
 *     clock
 * @param toRestored from the verdict until the old module ran and the clients were back
 * @param clientsBack of the canary, after the change if it passed, else after the way back
 * @param lastBack when the last of them was back, after the module was changed
 * @param pings that the gateway's clients sent during the act
 * @param differences from what was announced; empty when it went as announced
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
