package dev.backstay.cli;

import dev.backstay.hsm.TokenKey;
import dev.backstay.hsm.TokenUri;
import dev.backstay.snapshot.IdentityText;
import dev.backstay.snapshot.WrappedIdentity;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "wrap",
    description = {
      "Encrypt the identity with a key in a hardware token, into .backstay/vault-identity.wrapped.",
      "From then on --identity pkcs11:… with the same URI opens the vault."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:",
      "  backstay vault wrap --with pkcs11:token=fleet;object=vault?module-path=/usr/lib/softhsm/libsofthsm2.so",
      "",
      "Quote the URI for your shell. The PIN is asked for; pin-source=FILE reads its first line."
    })
final class WrapCommand implements Callable<Integer> {
  @Option(
      names = "--with",
      required = true,
      paramLabel = "PKCS11:…",
      description = "An AES-256 key on a token, as RFC 7512 names it.")
  private String uri = "";

  @Mixin private IdentityOption identity;

  @ParentCommand private VaultCommand vault;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    WorkingDirectory here = vault.backstay().here().made();
    TokenUri token = TokenUri.parse(uri);
    ReadIdentity reader = ReadIdentity.in(vault.backstay());
    try (IdentityText text = reader.text(identity.source(vault.backstay()));
        TokenKey key = reader.key(token)) {
      WrappedIdentity.write(here.wrappedIdentity(), text, ReadIdentity.wrapping(key));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "The identity is in %s too, for that token to open; it was opened again to be sure."
            .formatted(here.path().relativize(here.wrappedIdentity())));
    Path clear = here.identity();
    if (Files.exists(clear)) {
      out.println(
          "%s still holds it in clear: keep a copy where the token is not, then remove it here."
              .formatted(here.path().relativize(clear)));
    }
    out.println(
        "A token that breaks takes its key along: let a passphrase or a second recipient open the vault as well.");
    return ExitCode.DONE.status();
  }
}
