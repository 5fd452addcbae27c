package dev.backstay.inventory;

import dev.backstay.document.Reading;
import dev.backstay.ssh.Target;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A host on the way as OpenSSH's ProxyJump writes it: {@code [user@]host[:port]}. */
final class JumpText {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(?<user>[A-Za-z_][A-Za-z0-9._-]*)@)?"
              + "(?:\\[(?<address>[0-9A-Fa-f:.%a-z]+)]|(?<host>[A-Za-z0-9_][A-Za-z0-9._-]*))"
              + "(?::(?<port>[0-9]{1,5}))?");

  private JumpText() {}

  /**
   * @param user who logs in where the text does not say
   */
  static Reading<Target.Jump> reading(String user) {
    return Reading.scalar("a jump host such as ops@bastion.example:22", s -> parse(s.text(), user));
  }

  private static Optional<Target.Jump> parse(String text, String user) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    int port = form.group("port") == null ? 22 : Integer.parseInt(form.group("port"));
    if (port < 1 || port > 65535) {
      return Optional.empty();
    }
    String host = form.group("address") == null ? form.group("host") : form.group("address");
    String who = form.group("user") == null ? user : form.group("user");
    return Optional.of(new Target.Jump(host, port, who));
  }
}
