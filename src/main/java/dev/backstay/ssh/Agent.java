package dev.backstay.ssh;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.sshd.agent.common.AbstractAgentProxy;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * A conversation with an ssh-agent over its Unix socket (draft-ietf-sshm-ssh-agent §3: every
 * message is a 32-bit length and that many bytes). One request at a time.
 */
final class Agent extends AbstractAgentProxy {
  /** OpenSSH's agent refuses longer messages (AGENT_MAX_LEN in ssh-agent.c). */
  private static final int LONGEST_MESSAGE = 256 * 1024;

  private final SocketChannel channel;
  private final KeyOffer keys;

  Agent(Path socket, KeyOffer keys) throws IOException {
    super(null);
    this.channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    this.keys = keys;
  }

  /**
   * The keys that the inventory names come first: a server hangs up after six attempts
   * (MaxAuthTries), and an agent may hold more keys than that.
   */
  @Override
  public Iterable<? extends Map.Entry<PublicKey, String>> getIdentities() throws IOException {
    List<Map.Entry<PublicKey, String>> held = new ArrayList<>();
    for (Map.Entry<PublicKey, String> identity : super.getIdentities()) {
      held.add(identity);
      keys.heldByAgent(identity.getKey());
    }
    held.sort(Comparator.comparing(identity -> !keys.names(identity.getKey())));
    return held;
  }

  @Override
  protected synchronized Buffer request(Buffer buffer) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(buffer.array(), buffer.rpos(), buffer.available());
    while (out.hasRemaining()) {
      channel.write(out);
    }
    DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
    int length = in.readInt();
    if (length < 1 || length > LONGEST_MESSAGE) {
      throw new IOException("the agent announced a message of " + length + " bytes");
    }
    return new ByteArrayBuffer(in.readNBytes(length));
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    super.close();
  }
}
