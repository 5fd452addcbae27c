package dev.backstay.ssh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.sshd.agent.SshAgent;
import org.apache.sshd.agent.SshAgentFactory;
import org.apache.sshd.agent.SshAgentServer;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.jspecify.annotations.Nullable;

/** Connects each authentication to the operator's ssh-agent. The agent is never forwarded. */
record AgentFactory(Path socket) implements SshAgentFactory {
  @Override
  public List<ChannelFactory> getChannelForwardingFactories(FactoryManager manager) {
    return List.of();
  }

  /**
   * Null when no agent answers: key files may still do, and if they do not, the refusal says so.
   */
  @Override
  public @Nullable SshAgent createClient(@Nullable Session session, FactoryManager manager) {
    Dial dial = Dial.of(session);
    try {
      return new Agent(socket, dial.keys());
    } catch (IOException e) {
      dial.keys().note("no agent answers at " + socket);
      return null;
    }
  }

  @Override
  public SshAgentServer createServer(ConnectionService service) throws IOException {
    throw new IOException("agents are never forwarded");
  }
}
