package dev.backstay.report;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes one page of HTML. Every text and every attribute goes through the escaping of the XML
 * writer of the JDK, so that nothing that a gateway has said can become markup; there is no other
 * way to write here, but for {@link #style}, which takes a constant of ours.
 */
final class Html {
  /** Some work between the begin and the end of an element. */
  @FunctionalInterface
  interface Content {
    void write();
  }

  private final StringWriter out = new StringWriter();
  private final XMLStreamWriter xml;

  Html() {
    try {
      out.write("<!DOCTYPE html>\n");
      xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
    } catch (XMLStreamException e) {
      throw impossible(e);
    }
  }

  /**
   * @param attributes names and values in turns
   */
  Html element(String name, Content content, String... attributes) {
    try {
      xml.writeStartElement(name);
      attributes(attributes);
      content.write();
      xml.writeCharacters("");
      xml.writeEndElement();
      return this;
    } catch (XMLStreamException e) {
      throw impossible(e);
    }
  }

  Html element(String name, String text, String... attributes) {
    return element(name, () -> text(text), attributes);
  }

  /** One that can have no content: {@code meta}, and the shapes of SVG. */
  Html empty(String name, String... attributes) {
    try {
      xml.writeEmptyElement(name);
      attributes(attributes);
      return this;
    } catch (XMLStreamException e) {
      throw impossible(e);
    }
  }

  private void attributes(String... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      xml.writeAttribute(attributes[i], legible(attributes[i + 1]));
    }
  }

  Html text(String text) {
    try {
      xml.writeCharacters(legible(text));
      return this;
    } catch (XMLStreamException e) {
      throw impossible(e);
    }
  }

  /**
   * A browser reads a style sheet without undoing any escapes.
   *
   * @param sheet without {@code <}, {@code >} and {@code &}, which would need them
   */
  Html style(String sheet) {
    if (sheet.matches("(?s).*[<>&].*")) {
      throw new IllegalArgumentException("a style sheet that needs escapes");
    }
    return element("style", sheet);
  }

  /** Control characters are no characters of XML, and those that turn the line round are a trap. */
  private static String legible(String text) {
    return text.replaceAll(
        "[\\p{Cntrl}&&[^\n\t]]|[\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]", "\uFFFD");
  }

  @Override
  public String toString() {
    try {
      xml.flush();
      return out + "\n";
    } catch (XMLStreamException e) {
      throw impossible(e);
    }
  }

  private static IllegalStateException impossible(XMLStreamException e) {
    return new IllegalStateException("a page in memory takes what fits", e);
  }
}
