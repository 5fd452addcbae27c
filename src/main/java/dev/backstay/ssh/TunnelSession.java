package dev.backstay.ssh;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.Closeable;
import org.apache.sshd.common.channel.BufferedIoOutputStream;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoService;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.closeable.AbstractInnerCloseable;
import org.jspecify.annotations.Nullable;

/** What a socket is to an ordinary session: the bytes of a session that runs inside a channel. */
final class TunnelSession extends AbstractInnerCloseable implements IoSession {
  /** Negative, so that they never meet the identifiers that the library gives to sockets. */
  private static final AtomicLong IDENTIFIERS = new AtomicLong();

  private final long id = IDENTIFIERS.decrementAndGet();
  private final Map<Object, Object> attributes = new ConcurrentHashMap<>();
  private final IoService service;
  private final IoHandler handler;
  private final TunnelChannel channel;
  private final BufferedIoOutputStream out;
  private final InetSocketAddress target;

  TunnelSession(
      IoService service,
      IoHandler handler,
      TunnelChannel channel,
      BufferedIoOutputStream out,
      InetSocketAddress target) {
    this.service = service;
    this.handler = handler;
    this.channel = channel;
    this.out = out;
    this.target = target;
  }

  /** Creates the session that runs inside; it says hello at once. */
  void begin(@Nullable AttributeRepository context) throws IOException {
    if (context != null) {
      attributes.put(AttributeRepository.class, context);
    }
    try {
      handler.sessionCreated(this);
    } catch (Exception e) {
      throw new IOException("no session could be begun in the tunnel", e);
    }
  }

  void received(Readable bytes) {
    try {
      handler.messageReceived(this, bytes);
    } catch (Exception e) {
      failed(e);
    }
  }

  private void failed(Exception cause) {
    try {
      handler.exceptionCaught(this, cause);
    } catch (Exception e) {
      log.debug("the tunnel's session ended while it was told of an error", e);
    }
    close(true);
  }

  /**
   * Copies: the bytes may wait for the outer window, and a session moves the positions of its
   * buffer again as soon as this returns. A socket keeps the positions it was given.
   */
  @Override
  public IoWriteFuture writeBuffer(Buffer buffer) throws IOException {
    return out.writeBuffer(
        ByteArrayBuffer.getCompactClone(buffer.array(), buffer.rpos(), buffer.available()));
  }

  @Override
  protected Closeable getInnerCloseable() {
    return builder().sequential(out, channel).run(this, this::ended).build();
  }

  private void ended() {
    try {
      handler.sessionClosed(this);
    } catch (Exception e) {
      log.debug("the tunnel's session ended with an error", e);
    }
    attributes.clear();
  }

  @Override
  public void shutdownOutputStream() throws IOException {
    out.close(false);
  }

  /** The outer session cannot stop for one of its channels; windows keep the amount small. */
  @Override
  public void suspendRead() {}

  @Override
  public void resumeRead() {}

  @Override
  public long getId() {
    return id;
  }

  @Override
  public IoService getService() {
    return service;
  }

  @Override
  public SocketAddress getLocalAddress() {
    return channel.getSession().getLocalAddress();
  }

  @Override
  public SocketAddress getRemoteAddress() {
    return target;
  }

  @Override
  public @Nullable SocketAddress getAcceptanceAddress() {
    return null;
  }

  @Override
  public @Nullable Object getAttribute(Object key) {
    return attributes.get(key);
  }

  @Override
  public @Nullable Object setAttribute(Object key, Object value) {
    return attributes.put(key, value);
  }

  @Override
  public @Nullable Object setAttributeIfAbsent(Object key, Object value) {
    return attributes.putIfAbsent(key, value);
  }

  @Override
  public @Nullable Object removeAttribute(Object key) {
    return attributes.remove(key);
  }
}
