package dev.backstay.playbook;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * When gateways may be changed. A gateway starts only if the worst case, with its way back, ends
 * inside; the end of a window never cuts a way back short.
 *
 * @param windows none for any time
 * @param zone of gateways whose site has none of its own
 */
public record Maintenance(List<MaintenanceWindow> windows, ZoneId zone) {
  public static final Maintenance ANY_TIME = new Maintenance(List.of(), ZoneId.of("UTC"));

  public Maintenance {
    windows = List.copyOf(windows);
  }

  /**
   * The earliest moment from now on at which work of this length fits into a window; nothing if it
   * fits into none.
   *
   * @param site the gateway's own zone, if it has one
   */
  public Optional<Instant> start(Instant now, Duration length, Optional<ZoneId> site) {
    if (windows.isEmpty()) {
      return Optional.of(now);
    }
    ZoneId here = site.orElse(zone);
    return windows.stream()
        .flatMap(window -> start(window, now, length, here).stream())
        .min(Comparator.naturalOrder());
  }

  private static Optional<Instant> start(
      MaintenanceWindow window, Instant now, Duration length, ZoneId zone) {
    MaintenanceWindow.Span open = window.from(now, zone);
    Instant first = now.isBefore(open.begin()) ? open.begin() : now;
    if (open.holds(first, first.plus(length))) {
      return Optional.of(first);
    }
    MaintenanceWindow.Span next = window.from(open.end(), zone);
    return next.holds(next.begin(), next.begin().plus(length))
        ? Optional.of(next.begin())
        : Optional.empty();
  }
}
