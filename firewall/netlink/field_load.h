// Which instruction puts a field into a register, and which field an instruction reads.
#pragma once

#include "firewall/netlink/expression.h"
#include "firewall/netlink/known.h"

#include <optional>

namespace portcullis::firewall {

// Into register 1.
Expression load_of(Field field);

// The field whose load this is, into whichever register. TCP and UDP ports, and the two kinds of
// ICMP type, are the same bytes: what is known of the packet tells them apart, and nothing is
// returned when the field presupposes what is not known.
std::optional<Field> field_of(const Expression& load, const Known& known);

// The register that a load fills; nothing for what loads nothing.
std::optional<Register> target_of(const Expression& expression);

void set_target(Expression& load, Register target);

// Bytes of the register that hold the field: as many as the field has, except that the kernel keeps
// whether the fib knows an interface as a number of four.
std::size_t register_width(Field field);

// From the program's order and width of bytes to the register's.
Bytes register_bytes(Field field, const Bytes& bytes);

// And back; nothing when they are not of the register's width, or say what the field cannot.
std::optional<Bytes> field_bytes(Field field, const Bytes& bytes);

}  // namespace portcullis::firewall
