package dev.backstay.cli;

import dev.backstay.health.Picture;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** One JSON object a line. */
final class PictureJson implements PictureView {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final String gateway;
  private final PrintWriter out;

  private record Told(
      String gateway,
      Instant time,
      int connected,
      int trying,
      int idle,
      List<Failing> failing,
      List<String> away,
      int unknownSources,
      List<Asking> strangers,
      List<String> lacks,
      long initiations,
      long handshakes,
      boolean counted) {}

  private record Asking(String source, String knows) {}

  private record Failing(
      String network, String peer, String endpoint, String why, long initiations, double seconds) {
    static Failing of(Picture.Failure one) {
      return new Failing(
          one.peer().network(),
          one.peer().key().base64(),
          one.endpoint(),
          one.why().word(),
          one.initiations(),
          one.seconds());
    }
  }

  PictureJson(String gateway, PrintWriter out) {
    this.gateway = gateway;
    this.out = out;
  }

  @Override
  public void show(Picture picture) {
    Told told =
        new Told(
            gateway,
            Instant.ofEpochMilli(Math.round(picture.clock() * 1000)),
            picture.connected(),
            picture.trying().size(),
            picture.idle(),
            picture.failing().stream().map(Failing::of).toList(),
            picture.away(),
            picture.unknown(),
            picture.strangers().stream()
                .map(one -> new Asking(one.source(), one.knows().word()))
                .toList(),
            picture.lacks(),
            picture.initiations(),
            picture.confirmed(),
            picture.counted());
    out.println(JSON.writeValueAsString(told));
    out.flush();
  }

  @Override
  public void tell(String sentence) {
    // A line that is no object would be a surprise; the silence is in the times.
  }
}
