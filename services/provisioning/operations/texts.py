"""What is said of a step whose driver does not answer, whichever driver it is."""

from services.provisioning.drivers.texts import Code


class Message(Code):
    trying_again = "trying_again", "No answer yet; trying again"


class Failure(Code):
    unanswered = "unanswered", "The infrastructure does not answer."
    begun_too_often = "begun_too_often", "The step was begun too often without coming to an end."
