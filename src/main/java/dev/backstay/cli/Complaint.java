package dev.backstay.cli;

import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a person reads when a command cannot go on: a sentence for each problem, with its place and
 * its remedy; or, for machines, one JSON object with all of them.
 */
record Complaint(List<Problem> problems) {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  Complaint {
    problems = List.copyOf(problems);
  }

  /** Empty for what nobody expected: that is a defect, and its stack trace is wanted. */
  static Optional<Complaint> of(Exception error) {
    return switch (error) {
      case ProblemException known -> Optional.of(new Complaint(known.problems()));
      case GatewayLostException lost ->
          one(
              new Problem(
                  "gateway-lost",
                  lost.gateway(),
                  "no answer: " + lost.why(),
                  "try `ssh` to it by hand, as the same user"));
      case GatewayRefusedException refused ->
          one(
              new Problem(
                  "gateway-refused",
                  refused.gateway(),
                  refused.step() + ": " + refused.sentence(),
                  "try `ssh` to it by hand, as the same user"));
      case UncheckedIOException disk -> one(disk(disk));
      case IOException disk -> one(disk("", disk));
      default -> Optional.empty();
    };
  }

  static Complaint of(Problem problem) {
    return new Complaint(List.of(problem));
  }

  private static Optional<Complaint> one(Problem problem) {
    return Optional.of(of(problem));
  }

  /** With the sentence of whoever wrapped it, if there is one. */
  private static Problem disk(UncheckedIOException wrapped) {
    String said = Objects.requireNonNullElse(wrapped.getMessage(), "");
    return wrapped.getCause() instanceof IOException cause
        ? disk(said.equals(cause.toString()) ? "" : said + ": ", cause)
        : disk("", new IOException(said));
  }

  private static Problem disk(String said, IOException failure) {
    String file =
        failure instanceof FileSystemException at ? String.valueOf(at.getFile()) : "this machine";
    String what =
        switch (failure) {
          case NoSuchFileException _ -> "there is no such file";
          case AccessDeniedException _ -> "this account may not read or write it";
          case FileAlreadyExistsException _ -> "it exists already, and nothing is written over it";
          case FileSystemException at ->
              Objects.requireNonNullElse(at.getReason(), at.getClass().getSimpleName());
          default -> Objects.requireNonNullElse(failure.getMessage(), "input or output failed");
        };
    return new Problem(
        "disk",
        file,
        said + what,
        "check permissions and free space there, then run the command again");
  }

  void print(PrintWriter err, boolean json) {
    if (json) {
      err.println(JSON.writeValueAsString(this));
      return;
    }
    problems.forEach(problem -> err.println("backstay: " + problem.text()));
    if (problems.size() > 1) {
      err.println("backstay: %d problems; nothing was changed".formatted(problems.size()));
    }
  }
}
