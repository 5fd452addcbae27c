package dev.backstay.ssh;

import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.jspecify.annotations.Nullable;

/** Says in plain words why the network failed. */
final class Reasons {
  private Reasons() {}

  /** A clause without a full stop. The innermost cause that says something wins. */
  static String of(Throwable failure) {
    String said = "";
    for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
      String known = known(t);
      if (!known.isEmpty()) {
        said = known;
      }
    }
    if (!said.isEmpty()) {
      return said;
    }
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  private static String known(Throwable t) {
    String message = String.valueOf(t.getMessage());
    String lower = message.toLowerCase(Locale.ROOT);
    return switch (t) {
      case UnknownHostException _, UnresolvedAddressException _ -> "the name does not resolve";
      case NoRouteToHostException _ -> "there is no route to it";
      case InterruptedIOException _, InterruptedException _ -> "the wait was interrupted";
      case TimeoutException _ -> "nothing answered in time";
      case SshChannelOpenException _ -> "the jump host could not reach it (" + message + ")";
      case ConnectException _ when lower.contains("refused") ->
          "the connection was refused, so nothing listens on that port";
      case ConnectException _ when lower.contains("time") -> "nothing answered in time";
      case SocketException _ when lower.contains("unreachable") ->
          "its network cannot be reached from here";
      default -> "";
    };
  }
}
