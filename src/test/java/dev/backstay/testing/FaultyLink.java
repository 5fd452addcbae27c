package dev.backstay.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP relay on loopback that can fall silent, or cut what runs through it. */
public final class FaultyLink implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean silent;

  private FaultyLink(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  /** Relays to a port on loopback. */
  public static FaultyLink to(int port) {
    try {
      ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
      FaultyLink link = new FaultyLink(listener, port);
      Thread.ofVirtual().name("link").start(link::accept);
      return link;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** From now on bytes are swallowed, as by a firewall that forgot the connection. */
  public void fallSilent() {
    silent = true;
  }

  /** Cuts all connections; new ones go through again. */
  public void cut() {
    sockets.forEach(FaultyLink::close);
    sockets.clear();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        Socket far = new Socket("127.0.0.1", target);
        sockets.addAll(List.of(near, far));
        Thread.ofVirtual().start(() -> relay(near, far));
        Thread.ofVirtual().start(() -> relay(far, near));
      } catch (IOException e) {
        // The target refused, or the listener is closed: the loop's condition tells.
      }
    }
  }

  private void relay(Socket from, Socket to) {
    byte[] chunk = new byte[16 * 1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length; (length = in.read(chunk)) >= 0; ) {
        if (!silent) {
          out.write(chunk, 0, length);
        }
      }
    } catch (IOException e) {
      // Cut.
    }
    if (!silent) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }
}
