package dev.backstay.notify;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is told, as its JSON has it. Holds nothing that is not in the journal, and so no secret.
 *
 * @param version of this form; raised when a field goes or means something else
 * @param id the same at every try, so that who gets it twice can tell: rollout and line of journal
 * @param event the {@link Topic}'s word
 * @param text one sentence for people; chats show it
 * @param time of the controller's clock
 * @param wave which one, if it is about one
 * @param gateways that it is about
 * @param result how the rollout ended, if it has
 * @param exitStatus of its command, if it has ended
 */
public record Message(
    int version,
    String id,
    String event,
    String rollout,
    String playbook,
    String text,
    Instant time,
    Optional<Integer> wave,
    List<String> gateways,
    Optional<String> result,
    Optional<Integer> exitStatus) {}
