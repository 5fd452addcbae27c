package dev.backstay.ssh;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.future.CloseFuture;
import org.apache.sshd.common.future.SshFutureListener;
import org.apache.sshd.common.io.DefaultIoConnectFuture;
import org.apache.sshd.common.io.IoConnectFuture;
import org.apache.sshd.common.io.IoConnector;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceEventListener;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.session.ConnectionService;
import org.jspecify.annotations.Nullable;

/** Connects through another session if the dial says so, and through a socket otherwise. */
final class TunnelConnector implements IoConnector {
  private final IoConnector sockets;
  private final IoHandler handler;

  TunnelConnector(IoConnector sockets, IoHandler handler) {
    this.sockets = sockets;
    this.handler = handler;
  }

  @Override
  public IoConnectFuture connect(
      SocketAddress address, @Nullable AttributeRepository context, @Nullable SocketAddress local) {
    Optional<ClientSession> via = Dial.via(context);
    if (via.isEmpty() || !(address instanceof InetSocketAddress target)) {
      return sockets.connect(address, context, local);
    }
    IoConnectFuture future = new DefaultIoConnectFuture(address, null);
    TunnelChannel channel = new TunnelChannel(this, handler, context, target, future);
    try {
      via.get().getService(ConnectionService.class).registerChannel(channel);
      channel
          .open()
          .addListener(opened -> {
            Throwable failure = opened.getException();
            if (failure != null) {
              future.setException(failure);
            }
          });
    } catch (IOException | IllegalStateException e) {
      future.setException(e);
    }
    return future;
  }

  @Override
  public Map<Long, IoSession> getManagedSessions() {
    return sockets.getManagedSessions();
  }

  @Override
  public IoServiceEventListener getIoServiceEventListener() {
    return sockets.getIoServiceEventListener();
  }

  @Override
  public void setIoServiceEventListener(IoServiceEventListener listener) {
    sockets.setIoServiceEventListener(listener);
  }

  @Override
  public CloseFuture close(boolean immediately) {
    return sockets.close(immediately);
  }

  @Override
  public void addCloseFutureListener(SshFutureListener<CloseFuture> listener) {
    sockets.addCloseFutureListener(listener);
  }

  @Override
  public void removeCloseFutureListener(SshFutureListener<CloseFuture> listener) {
    sockets.removeCloseFutureListener(listener);
  }

  @Override
  public boolean isClosed() {
    return sockets.isClosed();
  }

  @Override
  public boolean isClosing() {
    return sockets.isClosing();
  }
}
