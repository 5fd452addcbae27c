package dev.backstay.ssh;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;

/** One authenticated connection and the channels in it. Thread-safe. */
final class Connection {
  private final String gateway;
  private final ClientSession session;
  private final Semaphore channels;

  Connection(String gateway, ClientSession session, int channels) {
    this.gateway = gateway;
    this.session = session;
    this.channels = new Semaphore(channels, true);
  }

  String gateway() {
    return gateway;
  }

  ClientSession session() {
    return session;
  }

  boolean isOpen() {
    return session.isOpen() && session.isAuthenticated();
  }

  /**
   * Starts a command in a channel of its own. Waits while all channels are busy, and tries again
   * while the server refuses another one: it counts a session until its program has ended, also one
   * that was given up here. A refusal means that the command did not start.
   *
   * @param error what standard error goes to
   * @throws IOException if the command was not started, or nobody knows whether it was
   */
  ChannelExec start(String line, BoundedBuffer error, Deadline deadline) throws IOException {
    while (true) {
      acquire(deadline);
      try {
        return open(line, error);
      } catch (SshChannelOpenException e) {
        if (deadline.remaining().compareTo(SshDefaults.CHANNEL_RETRY_PAUSE) <= 0) {
          throw new IOException(
              "the server opened no channel within "
                  + deadline.spoken()
                  + "; commands given up earlier may still run there",
              new IOException(e.getMessage()));
        }
        pause();
      }
    }
  }

  private ChannelExec open(String line, BoundedBuffer error) throws IOException {
    ChannelExec channel;
    try {
      channel = session.createExecChannel(line);
      channel.addCloseFutureListener(_ -> channels.release());
    } catch (IOException | RuntimeException e) {
      channels.release();
      throw e;
    }
    channel.setErr(error);
    try {
      OpenFuture opening = channel.open();
      if (opening.await(SshDefaults.CHANNEL_OPEN_LIMIT)
          && opening.getException() instanceof SshChannelOpenException refused) {
        throw refused;
      }
      opening.verify(Duration.ZERO);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close(true);
      throw e;
    }
  }

  private void acquire(Deadline deadline) throws IOException {
    try {
      if (!channels.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException(
            "no channel of the connection became free within " + deadline.spoken());
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(SshDefaults.CHANNEL_RETRY_PAUSE);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return (IOException) new InterruptedIOException("the wait was interrupted").initCause(e);
  }

  /** Says good-bye, waits briefly for the answer, and cuts the connection if there is none. */
  void close() {
    try {
      if (session.close(false).await(SshDefaults.DISCONNECT_LIMIT)) {
        return;
      }
    } catch (IOException e) {
      Thread.currentThread().interrupt();
    }
    session.close(true);
  }
}
