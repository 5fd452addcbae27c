package dev.backstay.ssh;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One connection per way. Whoever asks while it is being dialled waits for that dial and shares its
 * end, good or bad; the next one to ask after a bad end dials again. Thread-safe.
 */
final class Pool {
  private final Dialer dialer;
  private final Map<List<Endpoint>, CompletableFuture<Connection>> connections =
      new ConcurrentHashMap<>();

  Pool(Dialer dialer) {
    this.dialer = dialer;
  }

  /** The pooled connection to the last endpoint of the route, dialled if need be. */
  Connection shared(List<Endpoint> route) {
    CompletableFuture<Connection> mine = new CompletableFuture<>();
    CompletableFuture<Connection> current =
        connections.compute(route, (_, old) -> old != null && usable(old) ? old : mine);
    if (current == mine) {
      dial(route, mine);
    }
    try {
      return current.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** A new connection to the last endpoint; the hops before it are the pooled ones. */
  Connection fresh(List<Endpoint> route) {
    Optional<Connection> via =
        route.size() == 1
            ? Optional.empty()
            : Optional.of(shared(route.subList(0, route.size() - 1)));
    return dialer.dial(route.getLast(), via);
  }

  private void dial(List<Endpoint> route, CompletableFuture<Connection> promise) {
    try {
      promise.complete(fresh(route));
    } catch (RuntimeException | Error e) {
      connections.remove(route, promise);
      promise.completeExceptionally(e);
    }
  }

  private static boolean usable(CompletableFuture<Connection> connection) {
    return switch (connection.state()) {
      case RUNNING -> true;
      case SUCCESS -> connection.resultNow().isOpen();
      case FAILED, CANCELLED -> false;
    };
  }
}
