package dev.backstay.ssh;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.channel.BufferedIoOutputStream;
import org.apache.sshd.common.io.IoConnectFuture;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoService;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A channel in the session to a jump host that carries another session. Everything here happens on
 * the outer session's reading thread, in the order of the packets, so the inner session exists
 * before its first byte arrives.
 */
final class TunnelChannel extends ChannelDirectTcpip {
  /** OpenSSH wants an originator (RFC 4254 §7.2) and only logs it. */
  private static final SshdSocketAddress ORIGINATOR = new SshdSocketAddress("127.0.0.1", 0);

  private final IoService service;
  private final IoHandler handler;
  private final @Nullable AttributeRepository context;
  private final InetSocketAddress target;
  private final IoConnectFuture connecting;
  private @Nullable TunnelSession inner;

  TunnelChannel(
      IoService service,
      IoHandler handler,
      @Nullable AttributeRepository context,
      InetSocketAddress target,
      IoConnectFuture connecting) {
    super(ORIGINATOR, new SshdSocketAddress(target.getHostString(), target.getPort()));
    this.service = service;
    this.handler = handler;
    this.context = context;
    this.target = target;
    this.connecting = connecting;
    setStreaming(Streaming.Async);
  }

  @Override
  protected synchronized void doOpen() throws IOException {
    super.doOpen();
    BufferedIoOutputStream out =
        new BufferedIoOutputStream("tunnel", getChannelId(), getAsyncIn(), this);
    TunnelSession session = new TunnelSession(service, handler, this, out, target);
    inner = session;
    addCloseFutureListener(_ -> session.close(true));
    session.begin(context);
    connecting.setSession(session);
  }

  @Override
  protected void doWriteData(byte[] data, int offset, long length) throws IOException {
    TunnelSession session = inner;
    if (session == null || isClosing()) {
      return;
    }
    session.received(new ByteArrayBuffer(data, offset, (int) length));
    // Consumed: the inner session has its own copy or has acted on it. No window is left closed
    // behind a slow reader, because inner channels have windows of their own.
    getLocalWindow().release(length);
  }

  @Override
  public void handleEof() throws IOException {
    super.handleEof();
    TunnelSession session = inner;
    if (session != null) {
      session.close(true);
    }
  }
}
