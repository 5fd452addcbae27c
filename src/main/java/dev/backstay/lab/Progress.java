package dev.backstay.lab;

/** Hears what a long job does, a line at a time, possibly from several threads at once. */
@FunctionalInterface
public interface Progress {
  void line(String text);
}
