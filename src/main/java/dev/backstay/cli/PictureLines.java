package dev.backstay.cli;

import dev.backstay.health.Picture;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Off a terminal: a line whenever something is otherwise than before, and each ten seconds. */
final class PictureLines implements PictureView {
  private static final double PAUSE = 10;

  /** Then they are told once more: the memory of it has an end. */
  private static final int MOST_TOLD = 1000;

  private final String gateway;
  private final PrintWriter out;
  private final Set<String> strange = new HashSet<>();
  private Set<String> failing = Set.of();
  private List<Object> said = List.of();
  private double at = Double.NEGATIVE_INFINITY;

  PictureLines(String gateway, PrintWriter out) {
    this.gateway = gateway;
    this.out = out;
  }

  @Override
  public void show(Picture picture) {
    List<Object> now = List.of(picture.connected(), picture.failing().size(), picture.away());
    if (!now.equals(said) || picture.clock() - at >= PAUSE) {
      say(picture, PictureView.line(picture));
      said = now;
      at = picture.clock();
    }
    Set<String> fail = new HashSet<>();
    for (Picture.Failure one : picture.failing()) {
      String who = one.peer() + one.why().word();
      fail.add(who);
      if (!failing.contains(who)) {
        say(picture, PictureView.failure(one));
        say(picture, "  " + one.why().advice());
      }
    }
    failing = fail;
    PictureView.lostClients(picture)
        .filter(words -> strange.add(words))
        .forEach(words -> say(picture, words));
    picture.lacks().stream()
        .filter(words -> strange.add(words))
        .forEach(words -> say(picture, words));
    if (strange.size() > MOST_TOLD) {
      strange.clear();
    }
    out.flush();
  }

  private void say(Picture picture, String words) {
    Instant when = Instant.ofEpochSecond((long) picture.clock());
    out.println("%s %s  %s".formatted(when, gateway, words));
  }

  @Override
  public void tell(String sentence) {
    out.println(sentence);
    out.flush();
  }
}
