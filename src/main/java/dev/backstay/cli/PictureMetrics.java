package dev.backstay.cli;

import dev.backstay.health.Cause;
import dev.backstay.health.Picture;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.Optional;

/**
 * The last picture as Prometheus has metrics in text, once at the end: for the folder from which a
 * node exporter reads, or for a push.
 */
final class PictureMetrics implements PictureView {
  private final String gateway;
  private final PrintWriter out;
  private Optional<Picture> last = Optional.empty();
  private long initiations;
  private long handshakes;

  PictureMetrics(String gateway, PrintWriter out) {
    this.gateway = gateway;
    this.out = out;
  }

  @Override
  public void show(Picture picture) {
    last = Optional.of(picture);
    initiations += picture.initiations();
    handshakes += picture.confirmed();
  }

  @Override
  public void tell(String sentence) {
    // Metrics say by their absence that nothing is known.
  }

  /** Nothing, if the gateway told nothing: an old value would look like a new one. */
  void write() {
    last.ifPresent(picture -> {
      head("peers", "Peers by how they stand.");
      value("peers", "state=\"connected\"", picture.connected());
      value("peers", "state=\"trying\"", picture.trying().size());
      value("peers", "state=\"idle\"", picture.idle());
      value("peers", "state=\"failing\"", picture.failing().size());
      if (picture.counted()) {
        head("failing", "Peers that do not get on, by why.");
        for (Cause why : EnumSet.complementOf(EnumSet.of(Cause.OPEN, Cause.UNKNOWN))) {
          value("failing", "why=\"%s\"".formatted(why.word()), picture.failing(why));
        }
        head("unknown_sources", "Sources that ask and belong to no peer.");
        value("unknown_sources", "", picture.unknown());
        head("strangers", "Those of them that were looked into, by the server key that they use.");
        for (Picture.Knows what : Picture.Knows.values()) {
          value("strangers", "knows=\"%s\"".formatted(what.word()), picture.strangers(what));
        }
        head("initiations", "Handshake initiations while this was watched, both ways.");
        value("initiations", "", initiations);
      }
      head("handshakes", "Handshakes that were completed while this was watched.");
      value("handshakes", "", handshakes);
      head("interfaces_away", "Interfaces that are not there.");
      value("interfaces_away", "", picture.away().size());
      out.flush();
    });
  }

  private void head(String name, String help) {
    out.print("# HELP backstay_%s %s\n# TYPE backstay_%s gauge\n".formatted(name, help, name));
  }

  private void value(String name, String label, long value) {
    String labels = label.isEmpty() ? "" : "," + label;
    out.print("backstay_%s{gateway=\"%s\"%s} %d\n".formatted(name, gateway, labels, value));
  }
}
