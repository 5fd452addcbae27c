package dev.backstay.hsm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A PIN from a file, as {@code pin-source} names it. */
public final class TokenPin {
  // PKCS#11 knows no longest one; this is what no keypad has.
  private static final int LONGEST = 1024;

  private TokenPin() {}

  /**
   * The first line.
   *
   * @return the caller wipes it
   * @throws dev.backstay.problem.ProblemException {@code token-pin-unreadable}
   */
  public static char[] read(Path file) {
    byte[] bytes = new byte[LONGEST];
    try (InputStream in = Files.newInputStream(file)) {
      int size = in.readNBytes(bytes, 0, bytes.length);
      int end = 0;
      while (end < size && bytes[end] != '\n' && bytes[end] != '\r') {
        end++;
      }
      if (end == 0) {
        throw TokenProblems.pinUnreadable(file, "its first line is empty");
      }
      CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes, 0, end));
      char[] pin = new char[decoded.remaining()];
      decoded.get(pin);
      Arrays.fill(decoded.array(), '\0');
      return pin;
    } catch (IOException unreadable) {
      throw TokenProblems.pinUnreadable(file, unreadable.getClass().getSimpleName());
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
