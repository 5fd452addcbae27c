package dev.backstay.cli;

import dev.backstay.health.Cause;
import dev.backstay.health.Picture;
import dev.backstay.health.Picture.Knows;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Shows how the peers of a gateway stand, second by second. */
interface PictureView {
  void show(Picture picture);

  /** Something that is no picture, such as a gateway that does not tell any more. */
  void tell(String sentence);

  /** In one line without any picture. */
  static String line(Picture picture) {
    return "%d peers: %d connected, %d trying, %s, %d idle; %d initiations, %d handshakes; %d unknown sources%s%s"
        .formatted(
            picture.peers(),
            picture.connected(),
            picture.trying().size(),
            failing(picture),
            picture.idle(),
            picture.initiations(),
            picture.confirmed(),
            picture.unknown(),
            strangers(picture),
            picture.away().isEmpty() ? "" : "; away: " + String.join(", ", picture.away()));
  }

  /** What is known of those that are no peers, in brackets; nothing if nothing is. */
  static String strangers(Picture picture) {
    String kinds =
        Arrays.stream(Knows.values())
            .filter(what -> picture.strangers(what) > 0)
            .map(what -> picture.strangers(what) + " " + what.word())
            .collect(Collectors.joining(", "));
    return kinds.isEmpty() ? "" : " (" + kinds + ")";
  }

  /** Who is no scanner, and why it is not answered. */
  static Stream<String> lostClients(Picture picture) {
    return picture.strangers().stream()
        .filter(one -> one.knows() != Knows.NOTHING)
        .map(one -> "%s is no peer's and %s".formatted(one.source(), one.knows().sentence()));
  }

  /** How many fail, and of which classes. */
  static String failing(Picture picture) {
    String classes =
        Arrays.stream(Cause.values())
            .filter(why -> picture.failing(why) > 0)
            .map(why -> picture.failing(why) + " " + why.word())
            .collect(Collectors.joining(", "));
    return picture.failing().size() + " failing" + (classes.isEmpty() ? "" : " (" + classes + ")");
  }

  /** Who fails, since when, and how often it was tried. */
  static String failure(Picture.Failure one) {
    return "%-13s %-22s %-12s %s"
        .formatted(
            one.peer().key().base64().substring(0, 10) + "…",
            one.endpoint().isEmpty() ? "nowhere yet" : one.endpoint(),
            one.why().word(),
            (one.initiations() > 0 ? one.initiations() + " initiations in " : "for ")
                + String.format(Locale.ROOT, "%.0f s", one.seconds()));
  }
}
